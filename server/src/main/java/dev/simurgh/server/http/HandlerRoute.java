package dev.simurgh.server.http;

import dev.simurgh.server.HttpHandler;
import dev.simurgh.server.HttpHandler.Request;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An application's own answer for one path. */
public final class HandlerRoute implements Route {
    private static final Logger log = LoggerFactory.getLogger(HandlerRoute.class);

    private final HttpHandler handler;
    private final Executor executor;

    public HandlerRoute(HttpHandler handler, Executor executor) {
        this.handler = handler;
        this.executor = executor;
    }

    @Override
    public void serve(HttpExchange exchange) {
        if (!exchange.isMethod(HttpMethod.GET)) {
            exchange.respond(Responses.methodNotAllowed("GET"));
            return;
        }
        Optional<Query> query = Query.parse(exchange.rawQuery());
        if (query.isEmpty()) {
            exchange.respond(Responses.error(HttpResponseStatus.BAD_REQUEST));
            return;
        }
        Request request = new Request(exchange.path(), query.get().params());
        exchange.waitForAnswer();
        try {
            executor.execute(() -> handle(request, exchange));
        } catch (RejectedExecutionException e) {
            exchange.respond(Responses.error(HttpResponseStatus.SERVICE_UNAVAILABLE));
        }
    }

    private void handle(Request request, HttpExchange exchange) {
        if (exchange.isAnswered()) {
            return; // it took too long to get a thread
        }
        try {
            handler.handle(request).thenApply(Responses::of).whenComplete((response, failure) -> {
                if (response != null) {
                    exchange.respond(response);
                } else {
                    failed(request, exchange, failure);
                }
            });
        } catch (Throwable thrown) { // an Error leaves no request without an answer, either
            failed(request, exchange, thrown);
        }
    }

    private static void failed(Request request, HttpExchange exchange, Throwable cause) {
        exchange.clientLog().failure(log, cause, "handler of {} failed", request.path());
        exchange.respond(Responses.error(HttpResponseStatus.INTERNAL_SERVER_ERROR));
    }
}
