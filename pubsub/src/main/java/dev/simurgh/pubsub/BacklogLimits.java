package dev.simurgh.pubsub;

/** How much may wait for an event loop, in bytes of memory. Immutable. */
public final class BacklogLimits {
    private static final BacklogLimits DEFAULTS = builder().build();

    private final long pauseBytes;
    private final long dropBytes;

    private BacklogLimits(Builder builder) {
        this.pauseBytes = builder.pauseBytes;
        this.dropBytes = builder.dropBytes;
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** 4 MiB and 16 MiB. */
    public static BacklogLimits defaults() {
        return DEFAULTS;
    }

    /** Over this, client connections that broadcast to the loop are not read until half of it is left. */
    public long pauseBytes() {
        return pauseBytes;
    }

    /** Over this, broadcasts to the loop and pushes are dropped and counted. */
    public long dropBytes() {
        return dropBytes;
    }

    /** Twice as much, for the few things that somebody relies on. */
    long urgentDropBytes() {
        return dropBytes > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * dropBytes;
    }

    long resumeBytes() {
        return pauseBytes / 2;
    }

    /** Collects the limits; each method says what holds without it. */
    public static final class Builder {
        private long pauseBytes = 4 << 20;
        private long dropBytes = 16 << 20;

        private Builder() {}

        /** Sets over how many bytes client connections that broadcast to the loop are not read until half of it is left; default 4 MiB. */
        public Builder pauseBytes(long bytes) {
            pauseBytes = bytes;
            return this;
        }

        /** Sets over how many bytes broadcasts to the loop and pushes are dropped and counted; default 16 MiB. */
        public Builder dropBytes(long bytes) {
            dropBytes = bytes;
            return this;
        }

        /**
         * Makes the limits.
         *
         * @throws IllegalArgumentException unless {@code 1 <= pauseBytes <= dropBytes}
         */
        public BacklogLimits build() {
            if (pauseBytes < 1 || dropBytes < pauseBytes) {
                throw new IllegalArgumentException("backlog limits: pause over " + pauseBytes + " bytes, drop over "
                        + dropBytes + " (expected: at least 1, and to drop not before the pause)");
            }
            return new BacklogLimits(this);
        }
    }
}
