package dev.simurgh.transport;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Header fields, by name in any case, each with its values in the order in which they came. Not for two threads. */
final class HeaderFields {
    /** RFC 9110, section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static HeaderFields of(Map<String, List<String>> fields) {
        HeaderFields copy = new HeaderFields();
        fields.forEach((name, values) -> values.forEach(value -> copy.add(name, value)));
        return copy;
    }

    /**
     * Checks the name of a method, RFC 9110 section 9.1: those in use are in upper case, and compared with it.
     *
     * @throws IllegalArgumentException if it is none
     */
    static String checkedMethod(String method) {
        if (!TOKEN.matcher(method).matches() || !method.equals(method.toUpperCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "method: " + shown(method) + " (expected: a name in upper case, such as GET or POST)");
        }
        return method;
    }

    /**
     * Adds a value.
     *
     * @throws IllegalArgumentException if name or value cannot stand in a header
     */
    void add(String name, String value) {
        if (!TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "header: " + shown(name) + " (expected: a name of letters, digits and !#$%&'*+-.^_`|~)");
        }
        if (!value.chars().allMatch(HeaderFields::mayStandInValue)) {
            throw new IllegalArgumentException("header " + name + ": " + shown(value)
                    + " (expected: one line of Latin-1; encode other characters, in percent escapes for example)");
        }
        byName.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
    }

    /** Puts a value in the place of those that are there. */
    void set(String name, String value) {
        byName.remove(name);
        add(name, value);
    }

    boolean contains(String name) {
        return byName.containsKey(name);
    }

    /** A copy that nobody changes. */
    Map<String, List<String>> toMap() {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        return Collections.unmodifiableMap(copy);
    }

    /** The values of one name as one text, RFC 9110 section 5.3; cookies have a separator of their own. */
    static Optional<String> joined(Map<String, List<String>> fields, String name) {
        String separator = name.equalsIgnoreCase("cookie") ? "; " : ", ";
        return Optional.ofNullable(fields.get(name)).map(values -> String.join(separator, values));
    }

    /** RFC 9110, section 5.5. */
    private static boolean mayStandInValue(int c) {
        return c == '\t' || (c >= ' ' && c <= 0xFF && c != 0x7F);
    }

    private static String shown(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
