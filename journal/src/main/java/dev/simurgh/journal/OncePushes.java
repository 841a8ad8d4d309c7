package dev.simurgh.journal;

import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a handler once for each idempotency key, on whichever node. Who asks first has the key for the lease of a claim; what its handler comes to is stored
 * together with the key, in one transaction. Who asks meanwhile asks again a little later, and gets the same answer. If the handler fails,
 * the claim is given back, and the next is the first again; if its node dies, that is so when the lease is over.
 */
final class OncePushes {
    /** What one that is asked takes, about, besides its request. */
    private static final long ASKING = 1_024;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final Journal journal;
    private final Executor executor;
    private final PayloadCodec codec;
    private final Duration window;
    private final Duration lease;
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    final LongAdder refused = new LongAdder();

    /**
     * Makes it.
     *
     * @param executor where handlers run, which may block
     * @param maxBytes how much may be asked and not answered yet: no mailbox waits for handlers, so that clients could ask without end
     */
    OncePushes(Journal journal, Executor executor, PayloadCodec codec, Duration window, Duration lease, long maxBytes) {
        this.journal = journal;
        this.executor = executor;
        this.codec = codec;
        this.window = window;
        this.lease = lease;
        this.maxBytes = maxBytes;
    }

    /**
     * Answers a push.
     *
     * @param scope whose key it is
     * @param fingerprint of what is asked for
     * @param length how long what is asked for is
     * @param entries makes what is stored of what the handler gives, encoded
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the caller has the answer
    CompletableFuture<OnceAnswer> once(
            String topic,
            String scope,
            String key,
            String fingerprint,
            long length,
            Function<OnceResult, List<Write.NewEntry>> entries,
            Callable<OnceResult> handler) {
        long mine = ASKING + length;
        long all = bytes.addAndGet(mine);
        if (all > maxBytes) {
            bytes.addAndGet(-mine);
            refused.increment();
            return CompletableFuture.failedFuture(new JournalException(
                    "not asked: pushes with keys of " + (all - mine) + " bytes are not answered yet, and this is of "
                            + mine + " (expected: at most " + maxBytes
                            + "; handlers are too slow, or see KeptTopics.Builder.maxOnceBytes)",
                    false,
                    null));
        }
        Asking asking = new Asking(
                topic,
                new Write.Once(scope, key, fingerprint, Optional.empty(), window),
                entries,
                handler,
                journal.timers().nanoTime());
        asking.answer.whenComplete((answer, failure) -> bytes.addAndGet(-mine));
        asking.claim(FIRST_PAUSE);
        return asking.answer;
    }

    private final class Asking {
        private final String topic;
        private final Write.Once once;
        private final Function<OnceResult, List<Write.NewEntry>> entries;
        private final Callable<OnceResult> handler;
        private final long since;
        private final CompletableFuture<OnceAnswer> answer = new CompletableFuture<>();
        private volatile boolean granted;
        private volatile long claimedAt;

        Asking(
                String topic,
                Write.Once once,
                Function<OnceResult, List<Write.NewEntry>> entries,
                Callable<OnceResult> handler,
                long since) {
            this.topic = topic;
            this.once = once;
            this.entries = entries;
            this.handler = handler;
            this.since = since;
        }

        private void claim(Duration pause) {
            claimedAt = journal.timers().nanoTime();
            write(new Write.Claim(topic, once, lease), written -> {
                if (written instanceof Written.Granted) {
                    granted = true;
                    executor.execute(this::handle);
                } else if (written instanceof Written.InProgress) {
                    claimLater(pause);
                } else {
                    answer(written, Payload.EMPTY);
                }
            });
        }

        private void claimLater(Duration pause) {
            if (journal.timers().nanoTime() - since > 2 * lease.toNanos()) {
                answer.completeExceptionally(new JournalException(
                        "key: " + once.key() + " is still being worked on (expected: a handler that is done within "
                                + lease + ")",
                        true,
                        null));
                return;
            }
            Duration next = pause.multipliedBy(2);
            journal.later(pause, () -> claim(next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE));
        }

        private void handle() {
            try {
                OnceResult result = Objects.requireNonNull(handler.call(), "the handler's result");
                Payload reply = result.reply().encoded(codec);
                Write.Once done =
                        new Write.Once(once.scope(), once.key(), once.fingerprint(), Optional.of(reply), window);
                write(
                        new Write.Append(topic, entries.apply(result), OptionalLong.empty(), Optional.of(done)),
                        written -> answer(written, reply));
            } catch (Throwable thrown) { // an Error, too, must not keep the key until the lease is over
                fail(thrown);
            }
        }

        private void answer(Written written, Payload reply) {
            if (written instanceof Written.Appended appended) {
                answer.complete(new OnceAnswer(reply, appended.last(), false));
            } else if (written instanceof Written.Repeated repeated) {
                answer.complete(new OnceAnswer(repeated.reply().orElse(Payload.EMPTY), repeated.last(), true));
            } else if (written instanceof Written.KeyReused) {
                answer.completeExceptionally(new KeyReusedException(once.key()));
            } else {
                fail(new IllegalStateException("key " + once.key() + ": " + written));
            }
        }

        private interface Then {
            void accept(Written written);
        }

        @SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen to here
        private void write(Write write, Then then) {
            journal.write(write).whenComplete((written, failure) -> {
                try {
                    if (failure != null) {
                        fail(failure);
                    } else {
                        then.accept(written);
                    }
                } catch (Throwable e) { // such as an executor that has ended, or has no more threads
                    fail(e);
                }
            });
        }

        /** Gives the claim back, if it is known to be this one's still, and not that of who came behind its lease; if the entries are stored all the same, that changes nothing. */
        @SuppressWarnings("FutureReturnValueIgnored") // if it fails, the lease ends
        private void fail(@Nullable Throwable failure) {
            if (granted && journal.timers().nanoTime() - claimedAt < lease.toNanos()) {
                journal.write(new Write.Release(topic, once));
            }
            answer.completeExceptionally(Objects.requireNonNull(failure));
        }
    }
}
