package dev.simurgh.testkit;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which nodes of a {@link TestCluster} are on which side; those that are not named are on one side together.
 *
 * @param cuts pairs that do not reach each other, on whatever side they are
 */
record TestClusterSplit(Map<String, Integer> sides, Set<Set<String>> cuts) {
    static final TestClusterSplit NONE = new TestClusterSplit(Map.of(), Set.of());

    static TestClusterSplit of(List<Set<String>> split) {
        Map<String, Integer> sides = new TreeMap<>(); // what it complains of must not differ from run to run
        for (int side = 0; side < split.size(); side++) {
            for (String name : new TreeSet<>(split.get(side))) {
                if (sides.put(name, side) != null) {
                    throw new IllegalArgumentException("partition: " + name + " twice (expected: on one side)");
                }
            }
        }
        return new TestClusterSplit(Collections.unmodifiableMap(sides), Set.of());
    }

    /** As this, with one more pair apart. */
    TestClusterSplit cut(String one, String other) {
        if (one.equals(other)) {
            throw new IllegalArgumentException("cut: " + one + " and itself (expected: two nodes)");
        }
        Set<Set<String>> more = new HashSet<>(cuts);
        more.add(Set.of(one, other));
        return new TestClusterSplit(sides, Set.copyOf(more));
    }

    Set<String> names() {
        return sides.keySet();
    }

    boolean apart(String a, String b) {
        return !Objects.equals(sides.get(a), sides.get(b)) || cuts.contains(Set.of(a, b));
    }

    @Override
    public String toString() {
        Map<Integer, Set<String>> bySide = new HashMap<>();
        sides.forEach((name, side) ->
                bySide.computeIfAbsent(side, s -> new TreeSet<>()).add(name));
        return List.copyOf(bySide.values()).toString();
    }
}
