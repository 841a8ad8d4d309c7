package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MergedTest {
    private static Map<String, Object> merged(Query query, Map<String, Object> a, Map<String, Object> b) {
        Map<String, Map<String, Object>> byNode = new LinkedHashMap<>();
        byNode.put("a", a);
        byNode.put("b", b);
        return Merged.of(query, 2, "b", byNode);
    }

    private static Map<String, Object> rows(String name, Object... rows) {
        return Map.of(name, List.of(rows), "total", 10, "matched", rows.length);
    }

    private static Map<String, Object> connection(String node, int id, int queued) {
        return Map.of("node", node, "id", String.valueOf(id), "queued_bytes", queued);
    }

    @Test
    void connectionsOfAllNodesAreSortedAndPaged() {
        Query query = new Query("connections", "", "queued_bytes", true, 1, 2, "");
        Map<String, Object> page = merged(
                query,
                rows("rows", connection("a", 1, 50), connection("a", 2, 10)),
                rows("rows", connection("b", 10, 70), connection("b", 9, 10)));

        assertThat(page)
                .containsEntry("total", 20L)
                .containsEntry("matched", 4L)
                .containsEntry("offset", 1)
                .containsEntry("rows", List.of(connection("a", 1, 50), connection("a", 2, 10)));
        assertThat(Merged.asked(query, 2))
                .as("what comes before may be of any node")
                .isEqualTo(new Query("connections", "", "queued_bytes", true, 0, 3, ""));
        assertThat(Merged.asked(query, 1)).isEqualTo(query);
    }

    @Test
    void aPageIsThatOfTheOthersIfANodeIsSilent() {
        Query query = new Query("connections", "", "queued_bytes", true, 1, 1, "");
        Map<String, Map<String, Object>> byNode =
                Map.of("a", rows("rows", connection("a", 1, 50), connection("a", 2, 10), connection("a", 3, 5)));

        assertThat(Merged.of(query, 2, "a", byNode))
                .containsEntry("offset", 1)
                .containsEntry("rows", List.of(connection("a", 2, 10)));
    }

    @Test
    void withoutAnOrderConnectionsAreInThatOfTheirNumbers() {
        Map<String, Object> page = merged(
                new Query("connections", "", "", false, 0, 10, ""),
                rows("rows", connection("a", 2, 0), connection("a", 10, 0)),
                rows("rows", connection("b", 2, 0), connection("b", 9, 0)));
        assertThat(Rows.of(page, "rows").stream().map(row -> row.get("id") + " " + row.get("node")))
                .containsExactly("2 a", "2 b", "9 b", "10 a");
    }

    @Test
    void farBehindThePageStandsStill() {
        Map<String, Object> page =
                merged(new Query("connections", "", "id", false, 9_000, 100, ""), rows("rows"), rows("rows"));
        assertThat(page).containsEntry("offset", 1_000).containsEntry("rows", List.of());
    }

    @Test
    void topicsOfOneNameAreAddedUp() {
        Map<String, Object> page = merged(
                new Query("topics", "", "subscribers", true, 0, 10, ""),
                rows(
                        "rows",
                        Map.of("topic", "x", "subscribers", 1, "by_node", Map.of("a", 1), "deliveries_per_s", 1.5),
                        Map.of("topic", "y", "subscribers", 2, "by_node", Map.of("a", 2), "deliveries_per_s", 0)),
                rows("rows", Map.of("topic", "x", "subscribers", 4, "by_node", Map.of("b", 4), "deliveries_per_s", 1)));
        Map<String, Object> first = Rows.of(page, "rows").get(0);
        assertThat(first)
                .containsEntry("topic", "x")
                .containsEntry("subscribers", 5L)
                .containsEntry("by_node", Map.of("a", 1, "b", 4))
                .containsEntry("deliveries_per_s", 2.5);
    }

    @Test
    void aTopicOfTwoNodesIsCountedOnceIfEachNodeHasShownAllThatItHas() {
        Map<String, Object> shared = Map.of("topic", "x", "subscribers", 1);
        Map<String, Object> own = Map.of("topic", "y", "subscribers", 1);
        assertThat(merged(
                        new Query("topics", "", "subscribers", true, 0, 10, ""),
                        rows("rows", shared, own),
                        rows("rows", shared)))
                .containsEntry("matched", 2L)
                .containsEntry("total", 2L)
                .containsEntry("matched_at_most", false)
                .containsEntry("total_at_most", false);
        assertThat(merged(
                        new Query("topics", "", "subscribers", true, 0, 10, ""),
                        rows("rows", shared, own),
                        Map.of("rows", List.of(shared), "total", 10, "matched", 7)))
                .as("of one node not all are there")
                .containsEntry("matched", 9L)
                .containsEntry("total", 20L)
                .containsEntry("matched_at_most", true)
                .containsEntry("total_at_most", true);
    }

    @Test
    void theSlowestClientIsTheOneThatHasReadNothingForLongestAndNotTheOneWithTheLongestQueue() {
        Map<String, Object> page = merged(
                new Query("limits", "", "", false, 0, 10, ""),
                Map.of("slow", List.of(Map.of("id", "1", "stalled_ms", 1_000, "queued_bytes", 900_000))),
                Map.of("slow", List.of(Map.of("id", "2", "stalled_ms", 60_000, "queued_bytes", 4_000))));
        assertThat(Rows.of(page, "slow").stream().map(row -> row.get("id"))).containsExactly("2", "1");
    }

    @Test
    void ofTimesTheWorstNodeCounts() {
        Map<String, Object> say = Map.of("event", "say", "handled", 3, "p99_us", 70);
        Map<String, Object> page = merged(
                new Query("channels", "", "", false, 0, 10, ""),
                Map.of(
                        "channels",
                        List.of(Map.of(
                                "mount",
                                "/s",
                                "pattern",
                                "r:*",
                                "joined",
                                2,
                                "join_p99_us",
                                9,
                                "events",
                                List.of(say))),
                        "crashes",
                        List.of(Map.of("at", 5))),
                Map.of(
                        "channels",
                        List.of(Map.of(
                                "mount",
                                "/s",
                                "pattern",
                                "r:*",
                                "joined",
                                3,
                                "join_p99_us",
                                4,
                                "events",
                                List.of(Map.of("event", "say", "handled", 4, "p99_us", 80)))),
                        "crashes",
                        List.of(Map.of("at", 6))));
        Map<String, Object> channel = Rows.of(page, "channels").get(0);
        assertThat(channel).containsEntry("joined", 5L).containsEntry("join_p99_us", 9);
        assertThat(Rows.of(channel, "events")).containsExactly(Map.of("event", "say", "handled", 7L, "p99_us", 80));
        assertThat(Rows.of(page, "crashes")).containsExactly(Map.of("at", 6), Map.of("at", 5));
    }

    @Test
    void theWorstIsShownFirstOfAllNodes() {
        Map<String, Object> page = merged(
                Query.of("overview"),
                Map.of(
                        "nodes",
                        List.of(Map.of("name", "a", "self", true)),
                        "attention",
                        List.of(Map.of("level", "warn")),
                        "points",
                        Map.of("a", Map.of())),
                Map.of(
                        "nodes",
                        List.of(Map.of("name", "b", "self", true)),
                        "attention",
                        List.of(Map.of("level", "bad")),
                        "points",
                        Map.of("b", Map.of())));
        assertThat(Rows.of(page, "attention")).containsExactly(Map.of("level", "bad"), Map.of("level", "warn"));
        assertThat(Rows.of(page, "nodes"))
                .containsExactly(Map.of("name", "a", "self", false), Map.of("name", "b", "self", true));
        assertThat(page.get("points")).isEqualTo(Map.of("a", Map.of(), "b", Map.of()));
    }

    @Test
    void aConnectionIsWhereItIs() {
        Map<String, Object> page = merged(
                new Query("connection", "", "", false, 0, 10, "7"),
                Map.of("id", "7", "gone", true),
                Map.of("id", "7", "peer", "10.0.0.1"));
        assertThat(page).containsEntry("peer", "10.0.0.1");
    }

    @Test
    void whatAnotherVersionAnswersDoesNoHarm() {
        for (String page :
                List.of("overview", "connections", "connection", "topics", "topic", "channels", "limits", "loops")) {
            merged(
                    new Query(page, "", "x", true, 0, 10, "x"),
                    Map.of(
                            "rows",
                            "no rows",
                            "total",
                            "many",
                            "points",
                            7,
                            "channels",
                            List.of(1, "x", Map.of("events", 7))),
                    Map.of(
                            "rows",
                            List.of(Map.of("x", 1), Map.of("x", "one"), Map.of()),
                            "channels",
                            List.of(Map.of("events", List.of()))));
        }
    }
}
