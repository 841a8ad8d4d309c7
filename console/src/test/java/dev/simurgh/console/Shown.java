package dev.simurgh.console;

import java.util.concurrent.TimeUnit;

/** What a terminal has shown so far, and up to where it was awaited. */
final class Shown {
    private static final long PATIENCE_SECONDS = 60; // far more than it takes: only a failure waits so long

    private final StringBuilder text = new StringBuilder();
    private int read;
    private boolean ended;

    synchronized void add(char c) {
        text.append(c);
        notifyAll();
    }

    /** Nothing will come any more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Waits until this text has come, behind what was awaited before; returns what came up to its end. */
    synchronized String await(String awaited) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (text.indexOf(awaited, read) < 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (ended || left <= 0) {
                throw new AssertionError("no \"" + awaited + "\" behind character " + read + " of:\n" + text
                        + (ended ? "\n(its end)" : ""));
            }
            wait(left);
        }
        int from = read;
        read = text.indexOf(awaited, from) + awaited.length();
        return text.substring(from, read);
    }

    @Override
    public synchronized String toString() {
        return text.toString();
    }
}
