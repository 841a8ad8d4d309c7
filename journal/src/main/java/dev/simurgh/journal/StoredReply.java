package dev.simurgh.journal;

import dev.simurgh.channel.SocketRef;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.Protocol;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Answers a push when what it asked for is stored, in words by which its page knows what to do:
 *
 * <ul>
 *   <li>{@code ok}, with what has come of it: of a {@link Position} it is {@code {"position": …}}, of an {@link OnceAnswer} its reply, of anything
 *       else the codec's word
 *   <li>{@code error} with {@code {"reason": "not stored", "retry_after": 1}} if it was not stored, or {@code "perhaps not stored"}: the page should send it again in a second,
 *       under the same key. Why, is in the log, and not for clients
 *   <li>{@code error} with {@code {"reason": …}}, which is final: the message of an {@link IllegalArgumentException}, or of a {@link KeyReusedException}
 * </ul>
 *
 * <p>Whatever else it fails with is a mistake of the server's, which is logged, and answered with the reason {@code failed}.
 */
public final class StoredReply {
    private static final Logger log = LoggerFactory.getLogger(StoredReply.class);
    private static final int RETRY_SECONDS = 1;

    private StoredReply() {}

    /** Answers from whatever thread completes the outcome. Nothing happens if the channel has gone by then. */
    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen to here
    public static void send(SocketRef ref, CompletableFuture<?> outcome) {
        outcome.whenComplete((answer, failure) -> {
            if (failure == null) {
                ok(ref, answer == null ? Payload.EMPTY : answer);
            } else {
                error(ref, failure);
            }
        });
    }

    private static void ok(SocketRef ref, Object answer) {
        try {
            ref.ok(payload(answer));
        } catch (PayloadException e) {
            failed(ref, e);
        }
    }

    private static Object payload(Object answer) {
        if (answer instanceof Position position) {
            return Map.of(Protocol.POSITION, position.toString());
        }
        return answer instanceof OnceAnswer once ? once.reply() : answer;
    }

    private static void error(SocketRef ref, Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof KeyReusedException || cause instanceof IllegalArgumentException) {
            ref.error(Map.of("reason", String.valueOf(cause.getMessage())));
        } else if (cause instanceof JournalException unstored) {
            String reason = unstored.outcomeUnknown() ? "perhaps not stored" : "not stored";
            ref.clientLog()
                    .line(
                            log,
                            Level.WARN,
                            "a push was answered with an error: {}",
                            String.valueOf(unstored.getMessage()));
            ref.error(Map.of("reason", reason, "retry_after", RETRY_SECONDS));
        } else {
            failed(ref, cause);
        }
    }

    private static void failed(SocketRef ref, Throwable cause) {
        ref.clientLog()
                .failure(
                        log,
                        cause,
                        "a push could not be answered (expected: a command or handler that does not throw)");
        ref.error(Map.of("reason", "failed"));
    }

    private static Throwable cause(Throwable failure) {
        @Nullable Throwable inner = failure.getCause();
        return failure instanceof CompletionException && inner != null ? inner : failure;
    }
}
