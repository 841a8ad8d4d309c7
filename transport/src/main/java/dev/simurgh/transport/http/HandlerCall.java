package dev.simurgh.transport.http;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.HttpHandler.Request;
import dev.simurgh.transport.HttpHandler.Response;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One request that a handler answers: waits for a thread, and then for what the handler makes of it. Once the request has an
 * answer, or its client has gone, its bytes are not counted as pending any more, and so this lets go of them.
 */
final class HandlerCall implements Runnable {
    private final Logger log;
    private final ClientLog clientLog;
    private final HttpHandler handler;
    private final String name;
    private volatile @Nullable Request request;
    private volatile @Nullable Exchange exchange;

    HandlerCall(Logger log, ClientLog clientLog, HttpHandler handler, Request request, Exchange exchange) {
        this.log = log;
        this.clientLog = clientLog;
        this.handler = handler;
        this.name = request.toString();
        this.request = request;
        this.exchange = exchange;
    }

    /** Nobody waits for the answer any more. */
    void over() {
        request = null;
        exchange = null;
    }

    @Override
    public void run() {
        Request asked = request;
        if (asked == null) {
            return; // it took too long to get a thread
        }
        try {
            Objects.requireNonNull(handler.handle(asked), "stage: null (expected: one of an answer)")
                    .thenApply(HandlerCall::encoded)
                    .whenComplete(this::handled);
        } catch (Throwable thrown) { // an Error leaves no request without an answer, either
            failed(thrown);
        }
    }

    private static Answer encoded(@Nullable Response response) {
        return Answer.of(Objects.requireNonNull(response, "answer: null (expected: such as Response.of(404))"));
    }

    private void handled(@Nullable Answer response, @Nullable Throwable failure) {
        if (response == null) {
            failed(failure == null ? new IllegalStateException("neither an answer nor a failure") : failure);
        } else {
            respond(response);
        }
    }

    private void failed(Throwable cause) {
        clientLog.failure(log, cause, "handler of {} failed", name);
        respond(Answer.error(500));
    }

    private void respond(Answer response) {
        Exchange asker = exchange;
        if (asker != null) {
            asker.respond(response);
        }
    }
}
