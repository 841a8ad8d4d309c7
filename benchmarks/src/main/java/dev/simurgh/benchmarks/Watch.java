package dev.simurgh.benchmarks;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waits for what the lanes do, always with a limit, and tells once a second how far they are. */
final class Watch {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long STEP_MILLIS = 2;

    private final PrintStream out;
    private final Measured server;
    private long shownAt = Fleet.now();
    // what the rates shown next are counted from
    private long sinceTime;
    private long sinceCount;
    private double sinceCpu;

    Watch(PrintStream out, Measured server) {
        this.out = out;
        this.server = server;
    }

    /**
     * Waits until something is so, or the time is over.
     *
     * @param count what is shown
     * @return whether it is so
     */
    boolean until(BooleanSupplier done, double seconds, String phase, LongSupplier count) throws InterruptedException {
        long end = Fleet.now() + Timeline.nanos(seconds);
        since(Fleet.now(), count.getAsLong(), server.cpuSeconds());
        while (!done.getAsBoolean()) {
            long now = Fleet.now();
            if (now >= end) {
                return false;
            }
            if (now - shownAt >= SECOND) {
                show(phase, count.getAsLong(), now);
            }
            Thread.sleep(STEP_MILLIS);
        }
        return true;
    }

    /** Waits until a time on the lanes' clock. */
    void untilTime(long time, String phase, LongSupplier count) throws InterruptedException {
        double limit = (time - Fleet.now()) / 1e9 + 1;
        until(() -> Fleet.now() >= time, limit, phase, count);
    }

    void pause(double seconds, String phase) throws InterruptedException {
        untilTime(Fleet.now() + Timeline.nanos(seconds), phase, () -> 0);
    }

    private void show(String phase, long count, long now) {
        double elapsed = (now - sinceTime) / 1e9;
        double cpu = server.cpuSeconds();
        String load = server.known()
                ? String.format(Locale.ROOT, ", server CPU %.0f %%", (cpu - sinceCpu) / elapsed * 100)
                : "";
        out.printf(Locale.ROOT, "%-10s %,d, %,.0f/s%s%n", phase, count, (count - sinceCount) / elapsed, load);
        shownAt = now;
        since(now, count, cpu);
    }

    private void since(long time, long count, double cpu) {
        sinceTime = time;
        sinceCount = count;
        sinceCpu = cpu;
    }
}
