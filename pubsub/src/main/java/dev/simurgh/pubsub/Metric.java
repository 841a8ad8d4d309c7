package dev.simurgh.pubsub;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * A number that some part of a node tells of itself, for whoever shows it: a metrics library, a dashboard. It is read when somebody looks,
 * and counted by nobody else.
 *
 * @param name such as {@code simurgh.presence.tracked}: lower case, dots between words; all metrics of one name have the same kind, unit
 *     and keys
 * @param kind whether it goes up and down
 * @param unit its base unit in the plural, such as {@code bytes}, {@code seconds}; empty for a plain number
 * @param description what it says, in one line
 * @param tags the values that tell it from others of its name, by key; each from a set that is closed: never what a client has sent
 * @param reading reads it now: on any thread, without blocking, and fast
 */
public record Metric(
        String name, Kind kind, String unit, String description, Map<String, String> tags, DoubleSupplier reading) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(\\.[a-z0-9]+)*");

    /** Whether a number goes up and down. */
    public enum Kind {
        /** What there is now. */
        GAUGE,
        /** What there has been since the start: never less than before. */
        COUNTER
    }

    /**
     * Copies the tags.
     *
     * @throws IllegalArgumentException if the name is none
     */
    public Metric {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name: " + name + " (expected: such as simurgh.presence.tracked)");
        }
        tags = Map.copyOf(tags);
        Objects.requireNonNull(reading, "reading");
    }

    /** What there is now of something. */
    public static Metric gauge(String name, String unit, String description, DoubleSupplier reading) {
        return new Metric(name, Kind.GAUGE, unit, description, Map.of(), reading);
    }

    /** What there has been of something since the start. */
    public static Metric counter(String name, String unit, String description, DoubleSupplier reading) {
        return new Metric(name, Kind.COUNTER, unit, description, Map.of(), reading);
    }

    /** The same with one tag more. */
    public Metric tagged(String key, String value) {
        Map<String, String> more = new HashMap<>(tags);
        more.put(key, value);
        return new Metric(name, kind, unit, description, more, reading);
    }
}
