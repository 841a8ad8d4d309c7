package dev.simurgh.protocol;

import java.util.Optional;

/**
 * A semantic version without its build metadata. The parts stay text: they have no upper limit, and all that is asked of them is equality
 * and order.
 *
 * @see <a href="https://semver.org/#backusnaur-form-grammar-for-valid-semver-versions">the grammar</a>
 */
record Version(String major, String minor, String patch) {

    /** Reads {@code MAJOR.MINOR.PATCH[+BUILD]}. Pre-releases are refused: Phoenix's {@code ~> 2.0.0} leaves out 2.0.0-rc.1. */
    static Optional<Version> parse(String text) {
        int plus = text.indexOf('+');
        if (plus >= 0 && !isBuild(text, plus + 1)) {
            return Optional.empty();
        }
        String core = plus < 0 ? text : text.substring(0, plus);
        int first = core.indexOf('.');
        int second = core.indexOf('.', first + 1);
        if (first < 0 || second < 0) {
            return Optional.empty();
        }
        Version version =
                new Version(core.substring(0, first), core.substring(first + 1, second), core.substring(second + 1));
        return isNumber(version.major) && isNumber(version.minor) && isNumber(version.patch)
                ? Optional.of(version)
                : Optional.empty();
    }

    /** Tells whether a serializer of the given version can serve a client of this one. */
    boolean isServedBy(Version serializer) {
        return major.equals(serializer.major)
                && minor.equals(serializer.minor)
                && (patch.length() == serializer.patch.length()
                        ? patch.compareTo(serializer.patch) >= 0
                        : patch.length() > serializer.patch.length());
    }

    private static boolean isNumber(String part) {
        if (part.isEmpty() || (part.length() > 1 && part.charAt(0) == '0')) {
            return false;
        }
        for (int i = 0; i < part.length(); i++) {
            if (part.charAt(i) < '0' || part.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean isBuild(String text, int from) {
        char last = '.';
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
            if (!letter && (c != '.' || last == '.')) {
                return false;
            }
            last = c;
        }
        return last != '.';
    }
}
