package dev.simurgh.channel;

import java.time.Duration;

/**
 * How fast an endpoint sends its clients away when it shuts down.
 *
 * @param batchSize how many connections are closed at once
 * @param batchInterval how long to wait between two batches
 * @param limit how long a drain may take in all; one that no clock can count, such as that of {@link
 *     java.time.temporal.ChronoUnit#FOREVER}, means no limit
 */
public record DrainOptions(int batchSize, Duration batchInterval, Duration limit) {
    /** Phoenix's defaults: 10,000 connections each 2 s, 30 s in all. */
    public static final DrainOptions DEFAULT = new DrainOptions(10_000, Duration.ofSeconds(2), Duration.ofSeconds(30));

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if the batch size is less than 1, a duration negative, or the interval for ever
     */
    public DrainOptions {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize: " + batchSize + " (expected: at least 1)");
        }
        if (batchInterval.isNegative() || limit.isNegative()) {
            throw new IllegalArgumentException(
                    "batchInterval, limit: " + batchInterval + ", " + limit + " (expected: not negative)");
        }
        if (Durations.isForever(batchInterval)) {
            throw new IllegalArgumentException(
                    "batchInterval: " + batchInterval + " (expected: a time after which the next batch goes)");
        }
    }
}
