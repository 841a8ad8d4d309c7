package dev.simurgh.journal.jdbc;

/**
 * Texts as they are stored. PostgreSQL has no form for the character 0, nor UTF-8 for half of a surrogate pair; the names of topics, which are clients',
 * may have both. They are written as escapes, so that no text makes a statement fail in which others' entries are, and no two become the same.
 */
final class Texts {
    private static final char ESCAPE = '\\';
    private static final int HEX = 16;

    private Texts() {}

    static String stored(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || c == ESCAPE || Character.isSurrogate(c)) {
                return escaped(text);
            }
        }
        return text;
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else if (c == 0 || c == ESCAPE || Character.isSurrogate(c)) {
                out.append(ESCAPE).append(String.format("%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    static String read(String stored) {
        if (stored.indexOf(ESCAPE) < 0) {
            return stored;
        }
        StringBuilder out = new StringBuilder(stored.length());
        for (int i = 0; i < stored.length(); i++) {
            char c = stored.charAt(i);
            if (c == ESCAPE) {
                out.append((char) Integer.parseInt(stored, i + 1, i + 5, HEX));
                i += 4;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
