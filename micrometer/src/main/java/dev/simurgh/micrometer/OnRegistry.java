package dev.simurgh.micrometer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the endpoints of one registry have to agree on: what each is called, which keys the meters of a name have, and which meters they share. For
 * any thread.
 */
final class OnRegistry {
    private static final Logger log = LoggerFactory.getLogger(OnRegistry.class);

    private static final Map<MeterRegistry, OnRegistry> ALL = Collections.synchronizedMap(new WeakHashMap<>());

    private final Set<String> endpoints = new HashSet<>();
    private final Map<String, Set<String>> keys = new HashMap<>();
    private final IdentityHashMap<Meter, Sum> shown = new IdentityHashMap<>();

    private OnRegistry() {}

    static OnRegistry of(MeterRegistry registry) {
        return ALL.computeIfAbsent(registry, any -> new OnRegistry());
    }

    /** That of no registry. */
    static OnRegistry ofNone() {
        return new OnRegistry();
    }

    /** Takes a name, or the first behind it that is free: two endpoints on one registry must not be one, nor hide each other. */
    synchronized String take(String wanted) {
        String name = wanted;
        for (int i = 2; !endpoints.add(name); i++) {
            name = wanted + "-" + i;
        }
        if (!name.equals(wanted)) {
            log.warn(
                    "meters of an endpoint have the tag endpoint={}, since another has {} on the same registry (expected: a"
                            + " name of its own for each, EndpointMeters.builder(registry).name(...))",
                    name,
                    wanted);
        }
        return name;
    }

    /** Gives a name back. With the last one the keys are forgotten, too. */
    synchronized void release(String name) {
        endpoints.remove(name);
        if (endpoints.isEmpty()) {
            keys.clear();
        }
    }

    /** Registers a meter that shows a reading, or adds it to what one shows that is there, since filters of the registry make one of the two. */
    synchronized Meter register(DoubleSupplier reading, Function<Sum, Meter> registering) {
        Sum sum = new Sum();
        Meter meter = registering.apply(sum);
        shown.computeIfAbsent(meter, first -> sum).add(reading);
        return meter;
    }

    /**
     * Takes a reading away from a meter, and the meter from the registry if it was the last.
     *
     * @param counted whether what it has counted remains counted
     */
    synchronized void unregister(MeterRegistry registry, Meter meter, DoubleSupplier reading, boolean counted) {
        Sum sum = shown.get(meter);
        if (sum == null || sum.remove(reading, counted)) {
            shown.remove(meter);
            registry.remove(meter);
        }
    }

    /** The keys that all meters of a name have: those of the first. */
    synchronized Set<String> keys(String meter, Set<String> ifFirst) {
        return keys.computeIfAbsent(meter, first -> Collections.unmodifiableSortedSet(new TreeSet<>(ifFirst)));
    }
}
