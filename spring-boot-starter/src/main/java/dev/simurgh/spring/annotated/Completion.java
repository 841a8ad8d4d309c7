package dev.simurgh.spring.annotated;

import dev.simurgh.channel.Next;
import dev.simurgh.channel.Reply;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a handler has promised. It comes back to the channel as a message to itself, so that all that follows, a crash included, happens on the
 * mailbox.
 */
final class Completion {
    private final Called method;
    private final Socket socket;
    private final @Nullable SocketRef ref;
    private final AtomicBoolean returned = new AtomicBoolean();
    private volatile boolean done;
    private @Nullable Object value;
    private @Nullable Throwable failure;

    Completion(Called method, Socket socket) {
        this.method = method;
        this.socket = socket;
        this.ref = refOf(socket);
    }

    private static @Nullable SocketRef refOf(Socket socket) {
        try {
            return socket.ref();
        } catch (IllegalStateException nobodyWaits) {
            return null;
        }
    }

    /** On any thread; the first thing that may happen, too. */
    void completed(@Nullable Object result, @Nullable Throwable thrown) {
        value = result;
        failure = thrown;
        done = true;
        if (!returned.compareAndSet(false, true)) {
            socket.send(this);
        }
    }

    /** What the handler answers when it returns: all, if it is done already. */
    Object answerNow() {
        return returned.compareAndSet(false, true) ? Result.noReply() : answer();
    }

    /** What it answers later, as a message of the mailbox. */
    Next answerLater() {
        Result result = answer();
        if (result instanceof Next next) {
            return next;
        }
        Reply reply = (Reply) result;
        if (ref != null) {
            ref.reply(reply.status(), reply.payload());
        }
        return reply.stopReason().map(Result::stop).orElse(Result.noReply());
    }

    private Result answer() {
        if (failure != null) {
            Throwable cause = Called.cause(failure);
            return method.answerFor(cause).orElseThrow(() -> sneaky(cause));
        }
        Object result = value;
        if (result == null) {
            return Result.noReply();
        }
        return result instanceof Result answered ? answered : Result.ok(result);
    }

    /** Throws what the stage has failed with as it is: it is the handler's own. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Override
    public String toString() {
        return "completion of " + method.shown() + (done ? "" : ", which is not done yet");
    }
}
