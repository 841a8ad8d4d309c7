package dev.simurgh.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the endpoints of one registry have to agree on: what each is called, and which keys the meters of a name have. For any thread. */
final class OnRegistry {
    private static final Logger log = LoggerFactory.getLogger(OnRegistry.class);

    private static final Map<MeterRegistry, OnRegistry> ALL = Collections.synchronizedMap(new WeakHashMap<>());

    private final Set<String> endpoints = new HashSet<>();
    private final Map<String, Set<String>> keys = new HashMap<>();

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

    /** The keys that all meters of a name have: those of the first. */
    synchronized Set<String> keys(String meter, Set<String> ifFirst) {
        return keys.computeIfAbsent(meter, first -> Collections.unmodifiableSortedSet(new TreeSet<>(ifFirst)));
    }
}
