package dev.simurgh.journal;

import dev.simurgh.journal.spi.Write;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A command that waits, and what it has come to by the state that there was: that counts once it is stored, or known to be the last. */
final class DurableCommand<S, E, R> {
    private final Function<S, Decision<E, R>> command;
    private final Optional<Write.Once> once;
    private final Class<?> answerType;
    private final PayloadCodec codec;
    private final CompletableFuture<R> future = new CompletableFuture<>();
    private @Nullable Decision<E, R> decision;
    private Optional<Payload> reply = Optional.empty();
    private @Nullable Throwable thrown;
    private long asked;

    DurableCommand(
            Function<S, Decision<E, R>> command, Optional<Write.Once> once, Class<?> answerType, PayloadCodec codec) {
        this.command = command;
        this.once = once;
        this.answerType = answerType;
        this.codec = codec;
    }

    CompletableFuture<R> future() {
        return future;
    }

    /** Notes when it was asked, before others see it. */
    void asked(long nanos) {
        asked = nanos;
    }

    long asked() {
        return asked;
    }

    boolean isOnce() {
        return once.isPresent();
    }

    Optional<Write.Once> once() {
        return once;
    }

    /** The key, with the answer that is kept for repetitions. */
    Optional<Write.Once> onceWithAnswer() {
        return once.map(key -> new Write.Once(key.scope(), key.key(), key.fingerprint(), reply, key.window()));
    }

    /** Runs it, anew if need be; what it throws is what it has come to. */
    List<E> decide(S state) {
        try {
            thrown = null;
            Decision<E, R> made = Objects.requireNonNull(command.apply(state), "the command's decision");
            reply = isOnce() ? Optional.of(Payload.of(made.answer()).encoded(codec)) : Optional.empty();
            decision = made;
            return made.events();
        } catch (Throwable failure) {
            threw(failure);
            return List.of();
        }
    }

    void threw(Throwable failure) {
        thrown = failure;
        decision = null;
    }

    boolean hasThrown() {
        return thrown != null;
    }

    /** What was decided counts. */
    void complete() {
        if (thrown != null) {
            future.completeExceptionally(thrown);
        } else {
            future.complete(Objects.requireNonNull(decision).answer());
        }
    }

    /** It was done before. */
    @SuppressWarnings("unchecked") // the answer was encoded by whoever asked for this type under the same key
    void repeat(Optional<Payload> reply) {
        try {
            future.complete((R) reply.orElse(Payload.EMPTY).as(answerType, codec));
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        }
    }

    void fail(Throwable failure) {
        future.completeExceptionally(failure);
    }
}
