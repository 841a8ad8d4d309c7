package dev.simurgh.testkit;

import dev.simurgh.channel.spi.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that moves when the test says so. What is due runs on the thread that advances it, in the order of its time, and in the order
 * in which it was scheduled where the time is the same. What a {@link ChannelCase} has scheduled goes when the case is closed.
 *
 * <p>For one thread. {@link #schedule} and {@link #nanoTime} may also be called by others, between two steps of the test.
 */
public final class VirtualClock implements Timers {
    private record Due(
            long nanos,
            long number,
            Runnable task,
            @Nullable CaseTimers owner) {}

    /** More than any test that comes to rest runs by timers without a delay, one set by another. */
    private static final int MOST = 250_000;

    /** More than any cases that come to rest answer each other. */
    private static final int MOST_ROUNDS = 100_000;

    private final Thrown thrown = new Thrown(); // in all cases that share this clock

    private final PriorityQueue<Due> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::number));
    private final List<BooleanSupplier> settlers = new ArrayList<>();
    /** That of the cases that share this clock: what the threads of one still do, another may get. */
    private final List<Work> works = new ArrayList<>();

    private long now;
    private long number;
    /** What is due with a number from here on was scheduled since the time is what it is. */
    private long firstOfNow;

    private VirtualClock() {}

    /** Makes a clock that stands at zero. */
    public static VirtualClock create() {
        return new VirtualClock();
    }

    Thrown thrown() {
        return thrown;
    }

    /** In nanoseconds, or as many as can be counted: 292 years, which no clock gets to. */
    static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    /** The time that has passed since the clock was made. */
    public synchronized Duration now() {
        return Duration.ofNanos(now);
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    /**
     * Runs a task once the clock has been advanced that far; a delay of zero or less is due at the next advance, even one by nothing,
     * and one that would overflow the clock is never due.
     *
     * @return cancels the task if it has not run yet
     */
    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        return schedule(delay, task, null);
    }

    synchronized Runnable schedule(Duration delay, Runnable task, @Nullable CaseTimers owner) {
        if (delay.compareTo(Duration.ofNanos(Long.MAX_VALUE - now)) >= 0) {
            return () -> {}; // never
        }
        Due due = new Due(now + (delay.isNegative() ? 0 : delay.toNanos()), number++, task, owner);
        waiting.add(due);
        return () -> cancel(due);
    }

    /** This many nanoseconds later, or at the end of time. */
    static long after(long nanos, long delay) {
        return nanos > Long.MAX_VALUE - delay ? Long.MAX_VALUE : nanos + delay;
    }

    private synchronized void cancel(Due due) {
        waiting.remove(due);
    }

    /**
     * Moves the clock on. Each task runs at its own time, and what it sets off has run before the next; what it schedules within the
     * stretch runs, too. What a task throws is thrown at the end: the others run nevertheless, and the clock arrives.
     *
     * @throws IllegalArgumentException if the duration is negative, or longer than 292 years with what has passed before
     * @throws IllegalStateException if tasks set each other off without end and without time passing; the clock stands still then
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("advance by " + by + " (expected: a clock goes forward)");
        }
        if (by.compareTo(Duration.ofNanos(Long.MAX_VALUE - nanoTime())) > 0) {
            throw new IllegalArgumentException(
                    "advance by " + by + " (expected: no more than 292 years since the clock was made)");
        }
        long until = begin() + by.toNanos();
        Failures failures = new Failures();
        failures.guard(this::settle);
        run(until, failures);
        reach(until);
        failures.rethrow();
    }

    private void run(long until, Failures failures) {
        int inARow = 0;
        for (Due due = next(until); due != null; due = next(until)) {
            inARow = due.number < firstOfNow ? 0 : inARow + 1;
            if (inARow > MOST) {
                throw failures.instead(new NeverRestsException("clock: more than " + MOST + " tasks in a row at "
                        + now()
                        + ", each scheduled without a delay by one before (expected: timers with a delay); the last: "
                        + due.task));
            }
            failures.guard(due.task);
            failures.guard(this::settle);
        }
    }

    /** How many tasks are waiting for their time. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /**
     * Has something run after each task of an advance, for as long as it says that it has done anything: whatever the task has set off
     * on event loops and mailboxes.
     */
    synchronized void afterEach(BooleanSupplier settler) {
        settlers.add(settler);
    }

    /** Has the work of a case run after each task of an advance, until it is forgotten. */
    synchronized void share(Work work) {
        works.add(work);
    }

    /** Forgets what somebody has scheduled, and whose work it had run after each task. */
    synchronized void forget(CaseTimers owner, Work work) {
        waiting.removeIf(due -> due.owner == owner);
        works.remove(work);
    }

    /**
     * Runs whatever can run without time passing.
     *
     * @throws NeverRestsException if there is no end to it
     */
    void settle() {
        int rounds = 0;
        while (settleOnce()) {
            if (++rounds > MOST_ROUNDS) {
                throw new NeverRestsException("clock: at " + now() + " more than " + MOST_ROUNDS
                        + " times in a row something was left to do by what was done before (expected: cases that come to"
                        + " rest; do subscribers or channels of several answer each other without end?)");
            }
        }
    }

    private boolean settleOnce() {
        boolean progress = false;
        for (Work work : works()) {
            progress |= work.runAll();
        }
        for (BooleanSupplier settler : settlers()) {
            progress |= settler.getAsBoolean();
        }
        return progress;
    }

    private synchronized List<BooleanSupplier> settlers() {
        return List.copyOf(settlers);
    }

    synchronized List<Work> works() {
        return List.copyOf(works);
    }

    /** Whether other threads have a part in what happens in any case on this clock. */
    boolean isThreaded() {
        return works().stream().anyMatch(Work::isThreaded);
    }

    /** Whether nothing runs any more, in any case on this clock; and nothing began in one while another was looked at. */
    boolean isQuiet() {
        List<Work> all = works();
        long before = begun(all);
        return all.stream().allMatch(Work::isQuiet) && begun(all) == before;
    }

    private static long begun(List<Work> works) {
        return works.stream().mapToLong(Work::begun).sum();
    }

    /** How many tasks other threads have not finished, in all cases on this clock. */
    int elsewhere() {
        return works().stream().mapToInt(Work::elsewhere).sum();
    }

    /** What the test has scheduled by now was not by a task. */
    private synchronized long begin() {
        firstOfNow = number;
        return now;
    }

    private synchronized @Nullable Due next(long until) {
        Due due = waiting.peek();
        if (due == null || due.nanos > until) {
            return null;
        }
        reach(due.nanos);
        return waiting.poll();
    }

    private synchronized void reach(long until) {
        if (until > now) {
            now = until;
            firstOfNow = number;
        }
    }
}
