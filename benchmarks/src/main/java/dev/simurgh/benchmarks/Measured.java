package dev.simurgh.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The processes whose cost is measured, read from {@code /proc} of Linux. Without any, or on another system, nothing is known of them.
 *
 * <p>CPU time comes in ticks of 10 ms: over a window of some seconds that is less than other noise.
 */
final class Measured {
    private static final double TICKS_PER_SECOND = 100;
    private static final double MICROS = 1e6;

    private final List<Long> pids;

    Measured(List<Long> pids) {
        this.pids = List.copyOf(pids);
    }

    /** The process that this runs in. */
    static Measured self() {
        return new Measured(List.of(ProcessHandle.current().pid()));
    }

    boolean known() {
        return !pids.isEmpty() && Files.isReadable(file(pids.get(0), "stat"));
    }

    /**
     * CPU time of all threads so far, in seconds; 0 if nothing is known.
     *
     * @throws IllegalArgumentException if a process has gone
     */
    double cpuSeconds() {
        return known() ? pids.stream().mapToDouble(Measured::cpuSeconds).sum() : 0;
    }

    /** Resident memory in bytes; 0 if nothing is known. */
    long residentBytes() {
        return known() ? pids.stream().mapToLong(Measured::residentBytes).sum() : 0;
    }

    /**
     * Checks that all are there.
     *
     * @throws IllegalArgumentException if one is not
     */
    void check() {
        pids.forEach(Measured::residentBytes);
    }

    private static double cpuSeconds(long pid) {
        String stat = read(pid, "stat");
        // the second field is the name, in parentheses, and may hold anything; utime and stime are the 14th and 15th
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    private static long residentBytes(long pid) {
        return read(pid, "status")
                        .lines()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                << 10;
    }

    /** Microseconds of CPU for each operation. */
    static double micros(double cpuSeconds, long operations) {
        return operations == 0 ? 0 : cpuSeconds * MICROS / operations;
    }

    private static Path file(long pid, String name) {
        return Path.of("/proc", String.valueOf(pid), name);
    }

    private static String read(long pid, String name) {
        try {
            return Files.readString(file(pid, name));
        } catch (IOException e) {
            throw new IllegalArgumentException("server process " + pid + ": not there (expected: one that runs)", e);
        }
    }
}
