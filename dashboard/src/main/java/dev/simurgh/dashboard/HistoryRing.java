package dev.simurgh.dashboard;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The last quarter of an hour in numbers: {@value #POINTS} points of each series, which makes 17 KB. For one thread. */
final class HistoryRing {
    static final int STEP_SECONDS = 5;
    static final int POINTS = 15 * 60 / STEP_SECONDS;

    private final List<String> names;
    private final double[][] points;
    private int size;
    private int next;

    HistoryRing(List<String> names) {
        this.names = List.copyOf(names);
        this.points = new double[names.size()][POINTS];
    }

    /** Adds a point, the oldest goes. */
    void add(Map<String, Double> values) {
        for (int i = 0; i < names.size(); i++) {
            points[i][next] = values.getOrDefault(names.get(i), 0.0);
        }
        next = (next + 1) % POINTS;
        size = Math.min(POINTS, size + 1);
    }

    /** The last point; zeros if there is none. */
    Map<String, Object> last() {
        Map<String, Object> last = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            last.put(names.get(i), points[i][(next + POINTS - 1) % POINTS]);
        }
        return last;
    }

    /** By name, the oldest first. */
    Map<String, Object> series() {
        Map<String, Object> all = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            double[] ring = points[i];
            all.put(
                    names.get(i),
                    IntStream.range(0, size)
                            .mapToObj(n -> ring[(next + POINTS - size + n) % POINTS])
                            .toList());
        }
        return all;
    }
}
