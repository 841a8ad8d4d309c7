package dev.simurgh.micrometer;

import java.util.Arrays;

/** A counter for each constant of an enum, which is the value of the last key. */
final class CountEach<E extends Enum<E>> {
    private final Count[] counts;

    CountEach(MeterSet meters, Described what, Class<E> constants, String... values) {
        counts = Arrays.stream(constants.getEnumConstants())
                .map(each -> new Count(meters, what, Values.and(values, Values.of(each))))
                .toArray(Count[]::new);
    }

    CountEach<E> expectAll() {
        for (Count each : counts) {
            each.expect();
        }
        return this;
    }

    void increment(E which) {
        counts[which.ordinal()].add(1);
    }

    Count of(E which) {
        return counts[which.ordinal()];
    }
}
