package dev.simurgh.conformance;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts that were too long to keep: the recording says in round brackets what they were. */
final class Abbreviation {
    private static final Pattern REPEATED = Pattern.compile("\\((.*)xxx\\.\\.\\. (\\d+) times(.*)\\)", Pattern.DOTALL);
    private static final Pattern MEASURED = Pattern.compile("\\((\\d+) bytes, starts (.*)\\)", Pattern.DOTALL);
    private static final Pattern EXACT_BODY = Pattern.compile("\\(message of exactly (\\d+) bytes\\)");

    private Abbreviation() {}

    /** The text itself: the long one for an abbreviated client text, any other unchanged. */
    static String expand(String text) {
        Matcher repeated = REPEATED.matcher(text);
        if (repeated.matches()) {
            return repeated.group(1) + "x".repeat(Integer.parseInt(repeated.group(2))) + repeated.group(3);
        }
        Matcher measured = MEASURED.matcher(text);
        if (measured.matches()) {
            String start = measured.group(2);
            return start + "x".repeat(Integer.parseInt(measured.group(1)) - start.length());
        }
        return text;
    }

    /** A request body of the noted size: a push to a topic that is not joined. */
    static String body(String note) {
        Matcher exact = EXACT_BODY.matcher(note);
        if (!exact.matches()) {
            throw new IllegalArgumentException("body_note: " + note + " (expected: " + EXACT_BODY + ")");
        }
        String start = "[null,\"2\",\"bin:never\",\"bin\",{\"s\":\"";
        String end = "\"}]";
        return start + "x".repeat(Integer.parseInt(exact.group(1)) - start.length() - end.length()) + end;
    }

    /** How {@code actual} differs from a server text of which only size and start were kept; empty if there is no telling. */
    static Optional<String> difference(String expected, String actual) {
        Matcher measured = MEASURED.matcher(expected);
        if (!measured.matches()) {
            return Optional.of("text differs");
        }
        int bytes = actual.getBytes(StandardCharsets.UTF_8).length;
        // the order of the keys is the server's affair, so the start counts only up to the first object
        String start = measured.group(2).split("\\{", 2)[0];
        boolean alike = bytes == Integer.parseInt(measured.group(1)) && actual.startsWith(start);
        return alike
                ? Optional.empty()
                : Optional.of(bytes + " bytes that start " + actual.substring(0, Math.min(80, bytes)));
    }
}
