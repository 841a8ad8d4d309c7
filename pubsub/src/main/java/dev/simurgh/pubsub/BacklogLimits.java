package dev.simurgh.pubsub;

/**
 * How much may wait for an event loop, in bytes of memory.
 *
 * @param pauseBytes over this, client connections that broadcast to the loop are not read until half of it is left
 * @param dropBytes over this, broadcasts to the loop and pushes are dropped and counted
 */
public record BacklogLimits(long pauseBytes, long dropBytes) {
    /** 4 MiB and 16 MiB. */
    public static final BacklogLimits DEFAULT = new BacklogLimits(4 << 20, 16 << 20);

    /**
     * Makes limits.
     *
     * @throws IllegalArgumentException unless {@code 1 <= pauseBytes <= dropBytes}
     */
    public BacklogLimits {
        if (pauseBytes < 1 || dropBytes < pauseBytes) {
            throw new IllegalArgumentException("backlog limits: pause over " + pauseBytes + " bytes, drop over "
                    + dropBytes + " (expected: at least 1, and to drop not before the pause)");
        }
    }

    /** Twice as much, for the few things that somebody relies on. */
    long urgentDropBytes() {
        return dropBytes > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * dropBytes;
    }

    long resumeBytes() {
        return pauseBytes / 2;
    }
}
