package dev.simurgh.transport.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A path in which segments may be parameters, such as {@code /org/:name/websocket}. Immutable. */
public final class PathPattern {
    private final String text;
    private final List<String> segments;

    private PathPattern(String text, List<String> segments) {
        this.text = text;
        this.segments = segments;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if a parameter has no proper name, or there are two of a name
     */
    public static PathPattern of(String path) {
        String normal = Routes.normalize(path);
        List<String> segments = split(normal);
        Set<String> names = new HashSet<>();
        for (String segment : segments) {
            if (isParameter(segment) && !isName(segment.substring(1))) {
                throw new IllegalArgumentException(
                        "path: " + path + " (expected: a name of letters, digits and '_' behind ':')");
            }
            if (isParameter(segment) && !names.add(segment)) {
                throw new IllegalArgumentException("path: " + path + " (expected: each parameter once)");
            }
        }
        return new PathPattern(normal, segments);
    }

    /** Whether it is just a path. */
    public boolean isPlain() {
        return segments.stream().noneMatch(PathPattern::isParameter);
    }

    /** The pattern without the names of its parameters: the same for those that match the same paths. */
    String shape() {
        return String.join(
                "/", segments.stream().map(s -> isParameter(s) ? ":" : s).toList());
    }

    /** The parameters of a normalized path, with their percent escapes; empty if it does not match. */
    public Optional<Map<String, String>> match(String path) {
        List<String> actual = split(path);
        if (actual.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> params = new LinkedHashMap<>();
        for (int i = 0; i < actual.size(); i++) {
            String segment = segments.get(i);
            if (isParameter(segment)) {
                params.put(segment.substring(1), actual.get(i));
            } else if (!segment.equals(actual.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(params);
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith(":");
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c ->
                                c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    }

    private static List<String> split(String normal) {
        List<String> segments = new ArrayList<>();
        for (int start = 1; start < normal.length(); ) {
            int slash = normal.indexOf('/', start);
            int end = slash < 0 ? normal.length() : slash;
            segments.add(normal.substring(start, end));
            start = end + 1;
        }
        return segments;
    }

    /** Returns the pattern, normalized. */
    @Override
    public String toString() {
        return text;
    }
}
