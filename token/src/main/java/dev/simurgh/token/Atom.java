package dev.simurgh.token;

/**
 * Stands for an Erlang atom, such as {@code :admin}, in the value of a token. The atoms {@code true}, {@code false} and
 * {@code nil} are {@code Boolean} and {@code null} instead.
 *
 * @param name the atom's text, at most 255 characters
 */
public record Atom(String name) {
    static final int MAX_CHARACTERS = 255;

    /**
     * Creates an atom.
     *
     * @throws IllegalArgumentException if the name is longer than 255 characters, has an unpaired surrogate, or is
     *     {@code true}, {@code false} or {@code nil}
     */
    public Atom {
        if (name.equals("nil")) {
            throw new IllegalArgumentException("atom: nil (expected: null)");
        }
        if (name.equals("true") || name.equals("false")) {
            throw new IllegalArgumentException("atom: " + name + " (expected: Boolean)");
        }
        int characters = name.codePointCount(0, name.length());
        if (characters > MAX_CHARACTERS) {
            throw new IllegalArgumentException("atom of " + characters + " characters (expected: at most 255)");
        }
        if (hasUnpairedSurrogate(name)) {
            throw new IllegalArgumentException("atom with an unpaired surrogate (expected: valid Unicode)");
        }
    }

    private static boolean hasUnpairedSurrogate(String name) {
        for (int i = 0; i < name.length(); i = name.offsetByCodePoints(i, 1)) {
            int character = name.codePointAt(i);
            if (Character.getType(character) == Character.SURROGATE) {
                return true;
            }
        }
        return false;
    }

    /** Returns the atom as Elixir writes it, for example {@code :admin}. */
    @Override
    public String toString() {
        return ":" + name;
    }
}
