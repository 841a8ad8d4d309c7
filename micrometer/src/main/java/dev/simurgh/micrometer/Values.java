package dev.simurgh.micrometer;

import java.util.Arrays;
import java.util.Locale;

/** The values of tags. */
final class Values {
    /** Of what has none: a channel before there is one, a socket that nobody asked for. */
    static final String NONE = "none";
    /** Of what is on no list, however many there are. */
    static final String OTHER = "other";

    private Values() {}

    /** That of a constant: {@code over_limit}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static String[] and(String[] values, String last) {
        String[] all = Arrays.copyOf(values, values.length + 1);
        all[values.length] = last;
        return all;
    }
}
