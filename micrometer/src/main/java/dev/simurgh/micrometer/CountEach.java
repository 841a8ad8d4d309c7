package dev.simurgh.micrometer;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** A counter for each constant of an enum, which is the value of the last key. */
final class CountEach<E extends Enum<E>> {
    private final Map<E, Count> counts;

    CountEach(MeterSet meters, Described what, Class<E> constants, String... values) {
        counts = new EnumMap<>(constants);
        for (E each : constants.getEnumConstants()) {
            counts.put(each, new Count(meters, what, Values.and(values, Values.of(each))));
        }
    }

    CountEach<E> expectAll() {
        counts.values().forEach(Count::expect);
        return this;
    }

    void increment(E which) {
        of(which).add(1);
    }

    Count of(E which) {
        return Objects.requireNonNull(counts.get(which));
    }
}
