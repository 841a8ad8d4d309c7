package dev.simurgh.channel.spi;

import dev.simurgh.pubsub.Metric;

/**
 * Hears which metrics an endpoint has: {@link Backstage#listen}. One call at a time, on whatever thread adds or takes away, which waits; what it throws is
 * logged and hurts nobody.
 */
public interface MetricListener {
    /** There is one more. */
    void added(Metric metric);

    /** One is no more: its reading is not to be asked for again. The very object that was added. */
    void removed(Metric metric);
}
