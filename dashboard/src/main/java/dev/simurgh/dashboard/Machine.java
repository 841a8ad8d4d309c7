package dev.simurgh.dashboard;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.function.LongSupplier;

/** What the process takes of its machine. For one thread. */
final class Machine {
    private final LongSupplier cpuNanos;
    private final LongSupplier nanoTime;
    private long before;
    private long since;
    private double cpu;

    Machine(LongSupplier nanoTime) {
        this(nanoTime, cpuNanos());
    }

    Machine(LongSupplier nanoTime, LongSupplier cpuNanos) {
        this.nanoTime = nanoTime;
        this.cpuNanos = cpuNanos;
        before = cpuNanos.getAsLong();
        since = nanoTime.getAsLong();
    }

    /** Not every Java tells. */
    private static LongSupplier cpuNanos() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean telling
                ? telling::getProcessCpuTime
                : () -> 0;
    }

    void sample() {
        long now = nanoTime.getAsLong();
        long total = cpuNanos.getAsLong();
        double share = (double) (total - before) / Math.max(1, now - since) / cores();
        cpu = Math.max(0, Math.min(1, share));
        before = total;
        since = now;
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Of all cores together: 1 is all of it. */
    double cpu() {
        return Math.round(cpu * 1000) / 1000.0;
    }

    static long heapUsed() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    static long heapMax() {
        return Runtime.getRuntime().maxMemory();
    }

    static String version() {
        String version = Machine.class.getPackage().getImplementationVersion();
        return version == null ? "" : version;
    }
}
