package dev.simurgh.channel;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts how often each limit was reached, and tells the endpoint's listener. For any thread. */
final class LimitCounts {
    private final GuardedListener listener;
    private final Map<Limit, LongAdder> counts = new EnumMap<>(Limit.class);

    LimitCounts(GuardedListener listener) {
        this.listener = listener;
        for (Limit limit : Limit.values()) {
            counts.put(limit, new LongAdder());
        }
    }

    void reached(String mount, String transport, Limit limit) {
        Objects.requireNonNull(counts.get(limit)).increment();
        listener.limited(mount, transport, limit);
    }

    Map<Limit, Long> all() {
        Map<Limit, Long> sums = new EnumMap<>(Limit.class);
        counts.forEach((limit, count) -> sums.put(limit, count.sum()));
        return Collections.unmodifiableMap(sums);
    }
}
