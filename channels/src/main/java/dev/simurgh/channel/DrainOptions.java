package dev.simurgh.channel;

import java.time.Duration;

/** How fast an endpoint sends its clients away when it shuts down. Immutable. */
public final class DrainOptions {
    private static final DrainOptions DEFAULTS = builder().build();

    private final int batchSize;
    private final Duration batchInterval;
    private final Duration limit;

    private DrainOptions(Builder builder) {
        this.batchSize = builder.batchSize;
        this.batchInterval = builder.batchInterval;
        this.limit = builder.limit;
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Phoenix's: 10,000 connections each 2 s, 30 s in all. */
    public static DrainOptions defaults() {
        return DEFAULTS;
    }

    /** How many connections are closed in each interval. */
    public int batchSize() {
        return batchSize;
    }

    /** How long a batch takes, over which its closes are spread. */
    public Duration batchInterval() {
        return batchInterval;
    }

    /** How long a drain may take in all. */
    public Duration limit() {
        return limit;
    }

    @Override
    public String toString() {
        return "DrainOptions[batchSize=" + batchSize + ", batchInterval=" + batchInterval + ", limit=" + limit + "]";
    }

    /** Collects the options; each method says what holds without it. */
    public static final class Builder {
        private int batchSize = 10_000;
        private Duration batchInterval = Duration.ofSeconds(2);
        private Duration limit = Duration.ofSeconds(30);

        private Builder() {}

        /**
         * Sets how many connections are closed in each interval; default 10,000. Of those, 100 at a time, so that clients do not all come
         * back at once.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder batchSize(int connections) {
            if (connections < 1) {
                throw new IllegalArgumentException("batchSize: " + connections + " (expected: at least 1)");
            }
            batchSize = connections;
            return this;
        }

        /**
         * Sets the time from one batch to the next, over which the closes of a batch are spread; default 2 s.
         *
         * @throws IllegalArgumentException if it is negative, or for ever
         */
        public Builder batchInterval(Duration interval) {
            if (Durations.isForever(interval)) {
                throw new IllegalArgumentException(
                        "batchInterval: " + interval + " (expected: a time after which the next batch goes)");
            }
            batchInterval = notNegative("batchInterval", interval);
            return this;
        }

        /**
         * Sets how long a drain may take in all; default 30 s. One that no clock can count, such as that of {@link
         * java.time.temporal.ChronoUnit#FOREVER}, means no limit.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder limit(Duration all) {
            limit = notNegative("limit", all);
            return this;
        }

        private static Duration notNegative(String name, Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: not negative)");
            }
            return value;
        }

        /** Makes the options. */
        public DrainOptions build() {
            return new DrainOptions(this);
        }
    }
}
