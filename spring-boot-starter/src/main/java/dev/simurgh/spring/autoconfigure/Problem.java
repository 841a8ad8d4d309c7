package dev.simurgh.spring.autoconfigure;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something wrong that properties say.
 *
 * @param description the property, its value, what is expected, and where it stands
 * @param action what to write instead
 */
record Problem(String description, String action) {
    /** How keys begin: somebody may give one itself where its file is wanted, as Spring Boot's own properties take it. */
    private static final String PEM = "-----BEGIN ";

    /** One with a value that cannot be. */
    static Problem of(Told told, String name, boolean secret, String expected) {
        return of(told, name, secret, expected, "Change " + told.spelling(name) + ".");
    }

    static Problem of(Told told, String name, boolean secret, String expected, String action) {
        String origin = told.origin(name).map(where -> "\n    Origin: " + where).orElse("");
        return new Problem(
                told.spelling(name) + ": " + value(told, name, secret) + " (expected: " + expected + ")" + origin,
                action);
    }

    private static String value(Told told, String name, boolean secret) {
        String written = told.written(name).orElse("");
        String text = told.text(name).orElse(written);
        if (secret || text.contains(PEM)) {
            return told.isUnresolved(name) ? "a placeholder" : "one of " + text.length() + " characters";
        }
        if (text.isBlank()) {
            return "'" + text + "'";
        }
        return text.equals(written) ? text : text + ", from " + written;
    }

    static SimurghConfigurationException all(List<Problem> problems) {
        return new SimurghConfigurationException(
                problems.stream().map(Problem::description).collect(Collectors.joining("\n")),
                problems.stream().map(Problem::action).distinct().collect(Collectors.joining("\n")));
    }
}
