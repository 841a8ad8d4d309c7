package dev.simurgh.journal;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/** How long the entries of a stream are kept. What is older or more goes, but the offsets go on. */
public final class Retention {
    private static final Retention FOREVER = builder().build();

    private final long maxEntries;
    private final Duration maxAge;
    private final boolean compacted;
    private final boolean lastValue;
    private final Set<String> consumers;

    private Retention(Builder builder) {
        maxEntries = builder.maxEntries;
        maxAge = builder.maxAge;
        compacted = builder.compacted;
        lastValue = builder.lastValue;
        consumers = Set.copyOf(builder.consumers);
    }

    /** Keeps everything. */
    public static Retention forever() {
        return FOREVER;
    }

    /** Starts one that keeps everything. */
    public static Builder builder() {
        return new Builder();
    }

    /** How many entries are kept at least; about as many are. */
    public long maxEntries() {
        return maxEntries;
    }

    /** For how long entries are kept at least, by the clock of the store. */
    public Duration maxAge() {
        return maxAge;
    }

    /** Whether of each key only the newest entry is kept. */
    public boolean isCompacted() {
        return compacted;
    }

    /** Whether a client that joins gets the newest entry, and no others. */
    public boolean isLastValue() {
        return lastValue;
    }

    /** For whose acknowledgement entries are kept, even if they are more or older. */
    public Set<String> consumers() {
        return consumers;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Retention that
                && maxEntries == that.maxEntries
                && maxAge.equals(that.maxAge)
                && compacted == that.compacted
                && lastValue == that.lastValue
                && consumers.equals(that.consumers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(maxEntries, maxAge, compacted, lastValue, consumers);
    }

    @Override
    public String toString() {
        return "Retention[maxEntries " + maxEntries + ", maxAge " + maxAge + (compacted ? ", compacted" : "")
                + (lastValue ? ", lastValue" : "") + (consumers.isEmpty() ? "]" : ", consumers " + consumers + "]");
    }

    /** Collects what limits it. */
    public static final class Builder {
        private final Set<String> consumers = new LinkedHashSet<>();
        private long maxEntries = Long.MAX_VALUE;
        private Duration maxAge = Duration.ofSeconds(Long.MAX_VALUE);
        private boolean compacted;
        private boolean lastValue;

        private Builder() {}

        /**
         * Keeps so many entries; default all.
         *
         * @throws IllegalArgumentException if there is none
         */
        public Builder maxEntries(long entries) {
            if (entries < 1) {
                throw new IllegalArgumentException("maxEntries: " + entries + " (expected: at least 1)");
            }
            maxEntries = entries;
            return this;
        }

        /**
         * Keeps entries for so long; default forever.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxAge(Duration age) {
            if (age.isNegative() || age.isZero()) {
                throw new IllegalArgumentException("maxAge: " + age + " (expected: more than nothing)");
            }
            maxAge = age;
            return this;
        }

        /** Keeps of each key the newest entry only; those without a key are kept by count and age alone. A client that joins gets what is kept. */
        public Builder compacted() {
            compacted = true;
            return this;
        }

        /** Gives a client that joins the newest entry, and no others. */
        public Builder lastValue() {
            lastValue = true;
            return this;
        }

        /** Keeps entries until this consumer has acknowledged them, even if they are more or older. */
        public Builder untilAcknowledgedBy(String consumer) {
            consumers.add(Objects.requireNonNull(consumer, "consumer"));
            return this;
        }

        /**
         * Makes it.
         *
         * @throws IllegalStateException if it is both compacted and of the last value
         */
        public Retention build() {
            if (compacted && lastValue) {
                throw new IllegalStateException("retention: compacted and lastValue (expected: one of them)");
            }
            return new Retention(this);
        }
    }
}
