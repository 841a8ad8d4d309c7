package dev.simurgh.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The figures of a run, in the order in which they were found out. Names end with their unit. */
final class Report {
    private static final double MICRO = 1e3;

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, String> notes = new LinkedHashMap<>();

    void put(String name, Object value) {
        values.put(name, value);
    }

    /** Adds the figures of a part of the run. */
    void put(String name, Report part) {
        values.put(name, part.values);
    }

    /** Adds a figure with a word on what it is, which only people see. */
    void put(String name, Object value, String note) {
        values.put(name, value);
        notes.put(name, note);
    }

    /** Adds a figure with so many digits after the point. */
    void put(String name, double value, int digits, String note) {
        double scale = Math.pow(10, digits);
        put(name, Math.round(value * scale) / scale, note);
    }

    /** Adds a count that is only worth mentioning if there is one. */
    void putIfAny(String name, long count, String note) {
        if (count != 0) {
            put(name, count, note);
        }
    }

    /**
     * Returns a figure that was put in.
     *
     * @throws IllegalStateException if there is none of that name
     */
    double number(String name) {
        if (values.get(name) instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalStateException(name + " was not found out");
    }

    /** Adds the percentiles of times, in microseconds. */
    void put(String name, Histogram times) {
        Map<String, Object> percentiles = new LinkedHashMap<>();
        percentiles.put("n", times.getTotalCount());
        percentiles.put("p50", micros(times.getValueAtPercentile(50)));
        percentiles.put("p90", micros(times.getValueAtPercentile(90)));
        percentiles.put("p99", micros(times.getValueAtPercentile(99)));
        percentiles.put("p99_9", micros(times.getValueAtPercentile(99.9)));
        percentiles.put("max", micros(times.getMaxValue()));
        values.put(name + "_us", percentiles);
    }

    private static double micros(long nanos) {
        return Math.round(nanos / MICRO * 10) / 10.0;
    }

    String json() {
        try {
            return new ObjectMapper().writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    String text() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> {
            String shown = value instanceof Map<?, ?> parts ? line(parts) : shown(value);
            text.append(String.format(Locale.ROOT, "%-32s %s", name, shown));
            if (notes.containsKey(name)) {
                text.append("  (").append(notes.get(name)).append(')');
            }
            text.append('\n');
        });
        return text.toString();
    }

    private static String shown(Object value) {
        return value instanceof Double number && number == Math.rint(number)
                ? String.valueOf(number.longValue())
                : String.valueOf(value);
    }

    private static String line(Map<?, ?> parts) {
        StringBuilder line = new StringBuilder();
        parts.forEach((name, value) ->
                line.append(line.isEmpty() ? "" : "  ").append(name).append(' ').append(shown(value)));
        return line.toString();
    }
}
