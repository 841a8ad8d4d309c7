package dev.simurgh.dashboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows of answers, as JSON has them: what is wrong with one, as another version may send it, harms no other. */
final class Rows {
    /** Of these, as of all times, the sum says nothing: the worst node's counts. */
    private static final Set<String> WORST = Set.of("share", "bound", "now", "at");

    private Rows() {}

    /** The rows of a name in an answer. */
    static List<Map<String, Object>> of(Map<String, Object> answer, String name) {
        List<Map<String, Object>> rows = new ArrayList<>();
        if (answer.get(name) instanceof List<?> list) {
            for (Object row : list) {
                if (row instanceof Map<?, ?> map) {
                    rows.add(copy(map));
                }
            }
        }
        return rows;
    }

    static Map<String, Object> copy(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value != null) {
                copy.put(String.valueOf(key), value);
            }
        });
        return copy;
    }

    static Number number(@Nullable Object value) {
        return value instanceof Number number ? number : 0L;
    }

    /** Sorts by a key: numbers before texts, and what has none last, in either direction. */
    static Comparator<Map<String, Object>> by(String key, boolean descending) {
        Comparator<Object> values = Rows::compare;
        Comparator<Object> directed = descending ? values.reversed() : values;
        return Comparator.comparing(row -> row.get(key), Comparator.nullsLast(directed));
    }

    private static int compare(Object a, Object b) {
        if (a instanceof Number first && b instanceof Number second) {
            return Double.compare(first.doubleValue(), second.doubleValue());
        }
        if (a instanceof Number || b instanceof Number) {
            return a instanceof Number ? -1 : 1;
        }
        String first = a.toString();
        String second = b.toString();
        if (isNumber(first) != isNumber(second)) {
            return isNumber(first) ? -1 : 1;
        }
        return isNumber(first) && first.length() != second.length()
                ? Integer.compare(first.length(), second.length())
                : first.compareTo(second);
    }

    /** As those of connections, which are texts on the wire. */
    private static boolean isNumber(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** One row of all those that have the same values of some keys, in the order of the first of each. */
    static List<Map<String, Object>> grouped(List<Map<String, Object>> rows, List<String> keys) {
        Map<List<Object>, List<Map<String, Object>>> groups = new LinkedHashMap<>();
        for (Map<String, Object> row : rows) {
            List<Object> group = new ArrayList<>();
            keys.forEach(key -> group.add(String.valueOf(row.get(key))));
            groups.computeIfAbsent(group, made -> new ArrayList<>()).add(row);
        }
        List<Map<String, Object>> merged = new ArrayList<>();
        groups.values().forEach(group -> merged.add(merged(group, keys)));
        return merged;
    }

    static Map<String, Object> merged(List<Map<String, Object>> rows) {
        return merged(rows, List.of());
    }

    private static Map<String, Object> merged(List<Map<String, Object>> rows, List<String> same) {
        Map<String, Object> merged = new LinkedHashMap<>();
        for (Map<String, Object> row : rows) {
            row.forEach((key, value) -> {
                Object before = merged.get(key);
                merged.put(key, before == null || same.contains(key) ? value : merged(key, before, value));
            });
        }
        return merged;
    }

    private static Object merged(String key, Object a, Object b) {
        if (a instanceof Number first && b instanceof Number second) {
            return isWorst(key) ? (compare(first, second) >= 0 ? first : second) : sum(first, second);
        }
        if (a instanceof Map<?, ?> first && b instanceof Map<?, ?> second) {
            Map<String, Object> both = copy(first);
            copy(second).forEach(both::putIfAbsent);
            return both;
        }
        if (a instanceof Boolean first && b instanceof Boolean second) {
            return first || second;
        }
        if (key.equals("events")) {
            List<Map<String, Object>> events = of(Map.of(key, a), key);
            events.addAll(of(Map.of(key, b), key));
            return grouped(events, List.of("event"));
        }
        return a;
    }

    private static boolean isWorst(String key) {
        return WORST.contains(key) || key.endsWith("_us") || key.endsWith("_ms");
    }

    private static Number sum(Number a, Number b) {
        boolean whole = !(a instanceof Double || a instanceof Float || b instanceof Double || b instanceof Float);
        return whole ? (Number) (a.longValue() + b.longValue()) : (Number) (a.doubleValue() + b.doubleValue());
    }
}
