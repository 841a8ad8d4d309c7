package dev.simurgh.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One scrape, read line by line in Prometheus' text format: the series with their values, and what is wrong with it.
 *
 * @param values by series, which is the name and the labels
 * @param types of the families, by name
 * @param faults series that are there twice, values that are no number or less than nothing, families with several sets of keys
 */
record Exposition(Map<String, Double> values, Map<String, String> types, List<String> faults) {
    private static final Pattern LINE = Pattern.compile("([a-z_0-9]+)(\\{.*})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    static Exposition read(String text) {
        Exposition read = new Exposition(new HashMap<>(), new HashMap<>(), new ArrayList<>());
        Map<String, Set<String>> keys = new HashMap<>();
        text.lines().forEach(line -> {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                if (read.types.put(words[2], words[3]) != null) {
                    read.faults.add("twice: " + line);
                }
            } else if (!line.startsWith("#")) {
                read.line(line, keys);
            }
        });
        return read;
    }

    private void line(String line, Map<String, Set<String>> keys) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            faults.add("no series: " + line);
            return;
        }
        String name = matcher.group(1);
        double value = Double.parseDouble(matcher.group(3));
        if (values.put(name + Objects.requireNonNullElse(matcher.group(2), ""), value) != null) {
            faults.add("twice: " + line);
        }
        if (name.startsWith("simurgh_")) {
            if (Double.isNaN(value) || Double.isInfinite(value) || value < 0) {
                faults.add("no number: " + line);
            }
            Set<String> mine = keys(Objects.requireNonNullElse(matcher.group(2), ""));
            Set<String> first = keys.putIfAbsent(name, mine);
            if (first != null && !first.equals(mine)) {
                faults.add("keys " + first + " and " + mine + ": " + line);
            }
        }
    }

    private static Set<String> keys(String labels) {
        Set<String> keys = new TreeSet<>();
        Matcher matcher = LABEL.matcher(labels);
        while (matcher.find()) {
            keys.add(matcher.group(1));
        }
        return keys;
    }

    /** The families of ours, as their meters are called, with dots as underscores. */
    Set<String> families() {
        Set<String> families = new TreeSet<>();
        types.forEach((name, type) -> {
            if (name.startsWith("simurgh_") && !isMaximum(name)) {
                families.add(name);
            }
        });
        return families;
    }

    /** A timer's longest is a family of its own. */
    private boolean isMaximum(String name) {
        return name.endsWith("_max")
                && !"gauge".equals(types.getOrDefault(name.substring(0, name.length() - 4), "gauge"));
    }

    /** The sum of the series of a name that have a label. */
    double sum(String name, String label) {
        return values.entrySet().stream()
                .filter(each -> each.getKey().equals(name)
                        || (each.getKey().startsWith(name + "{")
                                && each.getKey().contains(label)))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** Counters and buckets that have become less since an earlier scrape. */
    List<String> fallenSince(Exposition earlier) {
        List<String> fallen = new ArrayList<>();
        values.forEach((series, value) -> {
            String name = series.replaceAll("\\{.*", "");
            boolean counts = name.startsWith("simurgh_") && name.matches(".*_(total|count|sum|bucket)");
            double before = earlier.values.getOrDefault(series, 0.0);
            if (counts && value < before) {
                fallen.add(series + " " + before + " -> " + value);
            }
        });
        return fallen;
    }
}
