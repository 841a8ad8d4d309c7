package dev.simurgh.benchmarks;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** Counters of one event loop. Only its thread adds; any thread may read. */
final class Counters {
    private final Map<Count, AtomicLong> values = new EnumMap<>(Count.class);

    Counters() {
        for (Count count : Count.values()) {
            values.put(count, new AtomicLong());
        }
    }

    void add(Count count, long n) {
        AtomicLong value = of(count);
        // one writer, so no atomic addition is needed
        value.setRelease(value.getPlain() + n);
    }

    long get(Count count) {
        return of(count).getAcquire();
    }

    private AtomicLong of(Count count) {
        return Objects.requireNonNull(values.get(count));
    }
}
