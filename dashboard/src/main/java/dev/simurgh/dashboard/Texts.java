package dev.simurgh.dashboard;

/** What a viewer types, and reads. */
final class Texts {
    private Texts() {}

    /** Whether a name has a text in it, in whatever case. */
    static boolean has(String name, String text) {
        if (text.isEmpty()) {
            return true;
        }
        char lower = Character.toLowerCase(text.charAt(0));
        char upper = Character.toUpperCase(text.charAt(0));
        int last = name.length() - text.length();
        for (int at = 0; at <= last; at++) {
            char first = name.charAt(at);
            if ((first == lower || first == upper) && name.regionMatches(true, at, text, 0, text.length())) {
                return true;
            }
        }
        return false;
    }

    /** A number of bytes in words, such as {@code 68 KiB}. */
    static String bytes(long count) {
        if (count < 1024) {
            return count + " B";
        }
        return count < 1 << 20 ? (count >> 10) + " KiB" : (count >> 20) + " MiB";
    }

    /** Whether a pattern, such as {@code room:*}, has a topic. */
    static boolean matches(String pattern, String topic) {
        return pattern.endsWith("*")
                ? topic.startsWith(pattern.substring(0, pattern.length() - 1))
                : topic.equals(pattern);
    }
}
