package dev.simurgh.conformance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** The last frames of a connection, in both directions, for the report of a failure. Any thread adds. */
final class LastFrames {
    private static final int REMEMBERED = 10;

    private final long openedNanos = System.nanoTime();
    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void remember(String line) {
        long millis = (System.nanoTime() - openedNanos) / 1_000_000;
        if (lines.size() == REMEMBERED) {
            lines.remove();
        }
        lines.add(String.format(Locale.ROOT, "%6d ms %s", millis, ReplayFailure.shortened(line)));
    }

    /** Oldest first. */
    synchronized List<String> shown() {
        return List.copyOf(lines);
    }
}
