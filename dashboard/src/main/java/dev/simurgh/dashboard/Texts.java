package dev.simurgh.dashboard;

/** Looks for what a viewer has typed. */
final class Texts {
    private Texts() {}

    /** Whether a name has a text in it, in whatever case. */
    static boolean has(String name, String text) {
        int last = name.length() - text.length();
        for (int at = 0; at <= last; at++) {
            if (name.regionMatches(true, at, text, 0, text.length())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a pattern, such as {@code room:*}, has a topic. */
    static boolean matches(String pattern, String topic) {
        return pattern.endsWith("*")
                ? topic.startsWith(pattern.substring(0, pattern.length() - 1))
                : topic.equals(pattern);
    }
}
