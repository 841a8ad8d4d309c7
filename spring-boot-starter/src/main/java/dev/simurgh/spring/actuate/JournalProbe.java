package dev.simurgh.spring.actuate;

import dev.simurgh.journal.Journal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;

/**
 * Asks a journal a small question now and then, one at a time: a database that hangs has one of its readers busy with it, and
 * whoever asks for the health has the answer at once.
 */
final class JournalProbe implements NodeHealth.Probe {
    /** A question that takes longer is trouble. */
    static final Duration SLOW = Duration.ofSeconds(2);

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final long WAIT_MILLIS = 50;
    /** A stream that nobody writes to. */
    private static final String STREAM = "simurgh:health";

    private final String name;
    private final Journal journal;
    private final LongSupplier nanoTime;
    private @Nullable Future<?> asked;
    private long askedAt;
    private Optional<String> last = Optional.empty();

    JournalProbe(String name, Journal journal, LongSupplier nanoTime) {
        this.name = name;
        this.journal = journal;
        this.nanoTime = nanoTime;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized Optional<String> trouble() {
        long now = nanoTime.getAsLong();
        Future<?> running = asked;
        if (running == null || (running.isDone() && now - askedAt >= FRESH.toNanos())) {
            running = ask();
            asked = running;
            askedAt = now;
            outcome(running, WAIT_MILLIS);
        } else {
            outcome(running, 0);
        }
        if (!running.isDone() && now - askedAt >= SLOW.toNanos()) {
            return Optional.of("no answer for " + TimeUnit.NANOSECONDS.toSeconds(now - askedAt) + " s");
        }
        return last;
    }

    private Future<?> ask() {
        try {
            return journal.heads(List.of(STREAM));
        } catch (RuntimeException e) { // closed
            return CompletableFuture.failedFuture(e);
        }
    }

    private void outcome(Future<?> answer, long millis) {
        try {
            answer.get(millis, TimeUnit.MILLISECONDS);
            last = Optional.empty();
        } catch (ExecutionException e) {
            last = Optional.of("fails: " + NestedExceptionUtils.getMostSpecificCause(e));
        } catch (TimeoutException e) {
            // Later, then.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
