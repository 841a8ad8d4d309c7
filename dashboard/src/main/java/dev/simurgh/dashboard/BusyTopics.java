package dev.simurgh.dashboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * On which topics most is broadcast, while somebody looks at topics. There may be any number of topics, so not all are counted: when a table is full, those
 * that had least make room, as in <a href="https://doi.org/10.1145/762471.762473">lossy counting</a>. Whatever has more than a few thousandths of all is
 * counted exactly, or nearly.
 *
 * <p>An event costs a lock that is hardly ever contended, as each thread has one of {@value #STRIPES} tables, and a look-up; while nobody looks, it costs
 * nothing.
 */
final class BusyTopics {
    private static final int STRIPES = 8;
    /** In each table. */
    static final int MOST = 2048;

    /** What there was on one topic, since it was looked at last. */
    private static final class Count {
        long broadcasts;
        long deliveries;
        long bytes;

        long weight() {
            return broadcasts + deliveries;
        }
    }

    /** In a second. */
    record Rates(double broadcasts, double deliveries, double bytes) {
        static final Rates NONE = new Rates(0, 0, 0);
    }

    private static final class Stripe {
        private Map<String, Count> counts = new HashMap<>();

        synchronized void add(String topic, int broadcasts, long deliveries, long bytes) {
            Count count = counts.get(topic);
            if (count == null) {
                if (counts.size() >= MOST) {
                    makeRoom();
                }
                count = new Count();
                counts.put(topic, count);
            }
            count.broadcasts += broadcasts;
            count.deliveries += deliveries;
            count.bytes += bytes;
        }

        /** Lets go of half of them, so that this is done once in so many times only. */
        private void makeRoom() {
            long[] weights =
                    counts.values().stream().mapToLong(Count::weight).sorted().toArray();
            long median = weights[weights.length / 2];
            counts.values().removeIf(count -> count.weight() <= median);
        }

        synchronized Map<String, Count> take() {
            Map<String, Count> taken = counts;
            counts = new HashMap<>();
            return taken;
        }
    }

    private final List<Stripe> stripes = new ArrayList<>();
    private volatile boolean watched;
    private Map<String, Rates> rates = Map.of();

    BusyTopics() {
        for (int i = 0; i < STRIPES; i++) {
            stripes.add(new Stripe());
        }
    }

    boolean isWatched() {
        return watched;
    }

    void broadcast(String topic) {
        stripe().add(topic, 1, 0, 0);
    }

    void delivered(String topic, int clients, long bytes) {
        stripe().add(topic, 0, clients, bytes);
    }

    @SuppressWarnings("deprecation") // threadId() is of Java 19
    private Stripe stripe() {
        return stripes.get((int) (Thread.currentThread().getId() & (STRIPES - 1)));
    }

    // On the dashboard's own thread.

    /** Begins to count, or ends it; then nothing is left. */
    void watch(boolean now) {
        if (watched != now) {
            watched = now;
            rates = Map.of();
            stripes.forEach(Stripe::take);
        }
    }

    /** Takes what there was since the last time. */
    void sample(double seconds) {
        if (!watched || seconds <= 0) {
            return;
        }
        Map<String, Count> all = new HashMap<>();
        for (Stripe stripe : stripes) {
            stripe.take().forEach((topic, count) -> all.merge(topic, count, BusyTopics::sum));
        }
        Map<String, Rates> sampled = new HashMap<>();
        all.forEach((topic, count) -> sampled.put(
                topic, new Rates(count.broadcasts / seconds, count.deliveries / seconds, count.bytes / seconds)));
        rates = sampled;
    }

    private static Count sum(Count one, Count other) {
        one.broadcasts += other.broadcasts;
        one.deliveries += other.deliveries;
        one.bytes += other.bytes;
        return one;
    }

    boolean isQuiet() {
        return rates.isEmpty();
    }

    Rates of(String topic) {
        @Nullable Rates known = rates.get(topic);
        return known == null ? Rates.NONE : known;
    }
}
