package dev.simurgh.dashboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answers of several nodes as one: rows behind each other and sorted again, and what has one name on several nodes added up. */
final class Merged {
    /** How many rows of each node there may be, for a page of which nobody knows from which of them its rows come. */
    static final int MAX_ROWS = 1_000 + Look.MAX_ROWS;

    private static final int MAX_ATTENTION = 20;
    private static final int MAX_SLOW = 20;
    private static final int MAX_CRASHES = 50;

    private final Query query;
    private final Map<String, Map<String, Object>> byNode;

    private Merged(Query query, Map<String, Map<String, Object>> byNode) {
        this.query = query;
        this.byNode = byNode;
    }

    /** What each of the nodes is asked, if there are several: what is on a page may come from any of them. */
    static Query asked(Query query, int nodes) {
        if (nodes < 2) {
            return query;
        }
        int rows = Math.min(query.offset() + query.limit(), MAX_ROWS);
        return new Query(query.page(), query.text(), query.sort(), query.descending(), 0, rows, query.id());
    }

    /**
     * @param nodes how many were asked, which is more than have answered if one is silent
     * @param self the name of the node that asks
     * @param byNode what each node has answered to {@link #asked}
     */
    static Map<String, Object> of(Query query, int nodes, String self, Map<String, Map<String, Object>> byNode) {
        Merged merged = new Merged(query, byNode);
        if (query.page().equals("overview")) {
            return merged.overview(self);
        }
        if (nodes < 2 || byNode.isEmpty()) {
            return byNode.isEmpty() ? Map.of() : byNode.values().iterator().next();
        }
        return switch (query.page()) {
            case "connections" -> merged.table(merged.rows("rows"));
            case "topics" -> merged.topics();
            case "topic" -> Rows.merged(merged.answers());
            case "channels" -> merged.channels();
            case "limits" -> merged.limits();
            case "loops" -> merged.loops();
            default -> merged.found();
        };
    }

    private List<Map<String, Object>> answers() {
        return List.copyOf(byNode.values());
    }

    private List<Map<String, Object>> rows(String name) {
        List<Map<String, Object>> rows = new ArrayList<>();
        byNode.values().forEach(answer -> rows.addAll(Rows.of(answer, name)));
        return rows;
    }

    private static <T> List<T> first(List<T> rows, int most) {
        return rows.size() <= most ? rows : rows.subList(0, most);
    }

    private Map<String, Object> overview(String self) {
        Map<String, Object> points = new LinkedHashMap<>();
        byNode.values().forEach(answer -> {
            if (answer.get("points") instanceof Map<?, ?> ofNode) {
                points.putAll(Rows.copy(ofNode));
            }
        });
        List<Map<String, Object>> attention = rows("attention");
        attention.sort(Comparator.comparing(row -> "bad".equals(row.get("level")) ? 0 : 1)); // stable
        List<Map<String, Object>> nodes = rows("nodes");
        nodes.forEach(row -> row.put("self", self.equals(row.get("name")))); // each has said so of itself
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("nodes", nodes);
        all.put("attention", first(attention, MAX_ATTENTION));
        all.put("points", points);
        return all;
    }

    /** A connection is at one node. */
    private Map<String, Object> found() {
        Map<String, Object> last = Map.of();
        for (Map<String, Object> answer : byNode.values()) {
            last = answer;
            if (!Boolean.TRUE.equals(answer.get("gone"))) {
                break;
            }
        }
        return last;
    }

    private Map<String, Object> table(List<Map<String, Object>> rows) {
        int offset = Math.min(query.offset(), MAX_ROWS - query.limit());
        List<Map<String, Object>> sorted = new ArrayList<>(rows);
        sorted.sort(order());
        Map<String, Object> table = new LinkedHashMap<>();
        table.put("total", total("total"));
        table.put("matched", total("matched"));
        table.put("offset", offset);
        table.put(
                "rows",
                sorted.subList(Math.min(offset, sorted.size()), Math.min(offset + query.limit(), sorted.size())));
        return table;
    }

    /** A topic is on several nodes. How many there are in all can be told if each node has shown all that it has. */
    private Map<String, Object> topics() {
        List<Map<String, Object>> rows = Rows.grouped(rows("rows"), List.of("topic"));
        Map<String, Object> table = table(rows);
        boolean whole = byNode.values().stream()
                .allMatch(answer -> Rows.of(answer, "rows").size()
                        >= Rows.number(answer.get("matched")).longValue());
        if (whole) {
            table.put("matched", (long) rows.size());
        }
        if (whole && query.text().isEmpty()) {
            table.put("total", (long) rows.size());
        }
        table.put("matched_at_most", !whole);
        table.put("total_at_most", !whole || !query.text().isEmpty());
        return table;
    }

    private Comparator<Map<String, Object>> order() {
        String name = query.page().equals("topics") ? "topic" : "id";
        Comparator<Map<String, Object>> rest = Rows.by(name, false).thenComparing(Rows.by("node", false));
        return query.sort().isEmpty()
                ? rest
                : Rows.by(query.sort(), query.descending()).thenComparing(rest);
    }

    private long total(String name) {
        return byNode.values().stream()
                .mapToLong(answer -> Rows.number(answer.get(name)).longValue())
                .sum();
    }

    private Map<String, Object> channels() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("channels", Rows.grouped(rows("channels"), List.of("mount", "pattern")));
        List<Map<String, Object>> crashes = rows("crashes");
        crashes.sort(Rows.by("at", true));
        all.put("crashes", first(crashes, MAX_CRASHES));
        return all;
    }

    private Map<String, Object> limits() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("limits", Rows.grouped(rows("limits"), List.of("limit", "mount")));
        List<Map<String, Object>> slow = rows("slow");
        slow.sort(Rows.by("stalled_ms", true)); // as each node does: who reads nothing, not who has a long line
        all.put("slow", first(slow, MAX_SLOW));
        all.put("drops", Rows.grouped(rows("drops"), List.of("kind")));
        all.put("closes", Rows.grouped(rows("closes"), List.of("code")));
        all.put("pauses", Rows.grouped(rows("pauses"), List.of("cause")));
        return all;
    }

    private Map<String, Object> loops() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("loops", rows("loops"));
        List<Map<String, Object>> metrics = rows("metrics");
        metrics.sort(Rows.by("name", false));
        all.put("metrics", first(metrics, Pages.MAX_METRICS));
        all.put("metrics_left_out", total("metrics_left_out") + Math.max(0, metrics.size() - Pages.MAX_METRICS));
        return all;
    }
}
