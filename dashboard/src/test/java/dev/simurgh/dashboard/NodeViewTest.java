package dev.simurgh.dashboard;

import static dev.simurgh.dashboard.WatchedNode.map;
import static dev.simurgh.dashboard.WatchedNode.number;
import static dev.simurgh.dashboard.WatchedNode.rows;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Metric;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the dashboard says of its own node is so. */
class NodeViewTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final WatchedNode node = new WatchedNode(socket());

    private static SocketSpec socket() {
        ChannelSpec<Object> room = ChannelSpec.builder(Object::new)
                .quiet()
                .nonBlocking()
                .handleIn("say", Map.class, (channel, said, socket) -> {
                    socket.broadcast("said", said);
                    return Result.ok();
                })
                .handleIn("fail", (channel, socket) -> {
                    throw new IllegalStateException("no such <b>room</b>");
                })
                .handleAny((channel, message, socket) -> Result.ok())
                .handleOut("seen", Payload.class, (channel, payload, socket) -> Result.noReply())
                .pushes("news", String.class)
                .broadcasts("said", Map.class)
                .build();
        ChannelSpec<Object> closed = ChannelSpec.builder(Object::new)
                .quiet()
                .join((channel, socket) -> JoinResult.error(Map.of("reason", "closed")))
                .build();
        return SocketSpec.builder()
                .quiet()
                .limits(Limits.builder().maxChannels(10).build())
                .channel("room:*", room)
                .channel("closed", closed)
                .build();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static Query query(String page, String text, String sort, boolean descending, int offset, int limit) {
        return new Query(page, text, sort, descending, offset, limit, "");
    }

    private static Query one(String page, Object id) {
        return new Query(page, "", "", false, 0, 1, String.valueOf(id));
    }

    private Map<String, Object> self() {
        return rows(node.see("overview"), "nodes").get(0);
    }

    @Nested
    class Overview {
        @Test
        void tellsWhatIsThereAndHowFastItGoes() {
            var ann = node.connect().join("room:1");
            node.connect().join("room:1");
            self();
            node.advance(SECOND);
            for (int i = 0; i < 10; i++) {
                ann.say("room:1", "say", "{\"n\":1}");
            }
            node.advance(SECOND);
            assertThat(self())
                    .contains(
                            entry("name", "a@test"),
                            entry("connections", 2),
                            entry("channels", 2),
                            entry("topics", 1),
                            entry("subscriptions", 2),
                            entry("draining", false))
                    .satisfies(row -> assertThat(number(row, "in_per_s")).isBetween(5.0, 10.0))
                    .satisfies(
                            row -> assertThat(number(row, "broadcasts_per_s")).isBetween(5.0, 10.0))
                    .satisfies(
                            row -> assertThat(number(row, "deliveries_per_s")).isBetween(10.0, 20.0))
                    .satisfies(row -> assertThat(number(row, "out_per_s")).isBetween(15.0, 30.0));
            node.advance(SECOND);
            assertThat(self()).containsEntry("in_per_s", 0.0).containsEntry("out_per_s", 0.0);
        }

        @Test
        void isNotMadeAnewWithinASecond() {
            var ann = node.connect().join("room:1");
            node.advance(SECOND);
            Object before = self().get("in_per_s");
            ann.say("room:1", "say", "{}");
            node.advance(Duration.ofMillis(500));
            assertThat(self().get("in_per_s")).isEqualTo(before);
        }

        @Test
        void keepsAQuarterOfAnHourWithoutViewers() {
            node.connect().join("room:1");
            node.advance(Duration.ofMinutes(30));
            Map<String, Object> history = node.through(node.view.history().join());
            Map<String, Object> series = map(history, "series");
            assertThat(series.keySet()).containsExactlyInAnyOrderElementsOf(Pulse.SERIES);
            assertThat(series.values())
                    .allSatisfy(points -> assertThat((List<?>) points).hasSize(180));
            assertThat(series).containsEntry("connections", Collections.nCopies(180, 1.0));
            assertThat(history)
                    .containsEntry("step_s", 5)
                    .containsEntry(
                            "end", WatchedNode.EPOCH + Duration.ofMinutes(30).toMillis());
            assertThat(map(map(node.see("overview"), "points"), "a@test")).containsEntry("connections", 1.0);
        }

        @Test
        void saysWhereToLookFirst() {
            assertThat(rows(node.see("overview"), "attention")).isEmpty();
            var ann = node.connect("ann", "/10.0.0.1:1").join("room:1");
            ann.say("room:1", "fail", "{}");
            ann.queued = 70_000;
            ann.stalled = Duration.ofSeconds(7);
            node.advance(SECOND);
            assertThat(rows(node.see("overview"), "attention"))
                    .extracting(row -> row.get("level") + " " + row.get("what") + " " + row.get("page"))
                    .containsExactly("bad crash channels", "bad slow connection");
            assertThat(rows(node.see("overview"), "attention").get(1))
                    .containsEntry("id", "0")
                    .containsEntry(
                            "text", "1 client takes too little of what waits for it; of the worst 68 KiB for 7 s");
            ann.stalled = Duration.ZERO;
            node.advance(Duration.ofMinutes(2));
            assertThat(rows(node.see("overview"), "attention")).isEmpty();
        }
    }

    @Nested
    class ClientsCutOff {
        @Test
        void areWhereToLookFirstForAMinute() {
            node.connect().endsWith(1000);
            node.connect().endsWith(1013);
            node.connect().endsWith(1013);
            node.advance(SECOND);
            assertThat(rows(node.see("overview"), "attention"))
                    .extracting(row -> row.get("what") + ": " + row.get("text"))
                    .containsExactly(
                            "cut_off: 2 connections have ended with 1013 in the last minute: what waited for the client was not taken");
            node.advance(Duration.ofMinutes(2));
            assertThat(rows(node.see("overview"), "attention")).isEmpty();
        }
    }

    @Nested
    class Connections {
        @Test
        void haveTheirNumbers() {
            var ann = node.connect("user:ann", "/10.0.0.1:4711").join("room:1").join("room:2");
            node.advance(Duration.ofSeconds(90));
            ann.queued = 5;
            node.advance(SECOND);
            Map<String, Object> page = node.see("connections");
            assertThat(page).containsEntry("total", 1).containsEntry("matched", 1);
            assertThat(rows(page, "rows").get(0))
                    .contains(
                            entry("node", "a@test"),
                            entry("id", "0"),
                            entry("name", "user:ann"),
                            entry("mount", "/socket"),
                            entry("transport", "websocket"),
                            entry("vsn", "2.0.0"),
                            entry("peer", "/10.0.0.1:4711"),
                            entry("open_s", 91),
                            entry("channels", 2),
                            entry("waiting_bytes", 0),
                            entry("queued_bytes", 5),
                            entry("messages_in", 2),
                            entry("messages_out", 2),
                            entry("bytes_in", 66),
                            entry("paused", List.of()),
                            entry("slow", false))
                    .containsEntry(
                            "bytes_out",
                            ann.got.stream().mapToInt(String::length).sum());
        }

        @Test
        void areFoundSortedAndPagedByTheNode() {
            for (int i = 0; i < 250; i++) {
                node.connect("user:" + i, "/10.0.0." + i + ":1").queued = i % 100;
            }
            assertThat(ids(query("connections", "", "queued_bytes", true, 0, 4)))
                    .containsExactly("99", "199", "98", "198");
            assertThat(ids(query("connections", "", "queued_bytes", true, 2, 2)))
                    .containsExactly("98", "198");
            assertThat(ids(query("connections", "", "queued_bytes", false, 0, 3)))
                    .containsExactly("0", "100", "200");
            assertThat(ids(query("connections", "USER:24", "", false, 0, 100)))
                    .containsExactly("24", "240", "241", "242", "243", "244", "245", "246", "247", "248", "249");
            assertThat(ids(query("connections", "10.0.0.77:", "", false, 0, 100)))
                    .containsExactly("77");
            assertThat(node.see(query("connections", "user:24", "", false, 0, 2)))
                    .containsEntry("total", 250)
                    .containsEntry("matched", 11);
            assertThat(ids(query("connections", "", "no such key", true, 0, 1))).containsExactly("0");
        }

        private List<Object> ids(Query query) {
            return rows(node.see(query), "rows").stream()
                    .map(row -> row.get("id"))
                    .toList();
        }

        @Test
        void areSlowIfTheyTakeNothingNotIfMuchWaits() {
            var far = node.connect();
            far.queued = 1 << 20;
            var still = node.connect();
            still.queued = 100;
            still.stalled = Duration.ofSeconds(2);
            var paused = node.connect();
            paused.behind();
            assertThat(rows(node.see("connections"), "rows"))
                    .extracting(row -> row.get("slow"))
                    .containsExactly(false, true, true);
            assertThat(rows(node.see("connections"), "rows").get(2).get("paused"))
                    .isEqualTo(List.of("client_behind"));
            assertThat(rows(node.see("limits"), "slow"))
                    .extracting(row -> row.get("id"))
                    .containsExactly("1", "2");
        }

        @Test
        void thatHaveGoneAreNotShown() {
            node.connect().join("room:1").vanish();
            assertThat(node.see("connections")).containsEntry("total", 0).containsEntry("rows", List.of());
            assertThat(rows(node.see("loops"), "loops").get(0)).containsEntry("connections", 0);
        }
    }

    @Nested
    class OneConnection {
        @Test
        void hasItsChannelsAndItsRoundTrip() {
            node.connect("ann", "/10.0.0.1:1").join("room:1").join("room:2");
            node.loop.hangs(true);
            var first = node.view.answer(one("connection", 0));
            node.loop.hangs(false);
            assertThat(first.join()).as("the ping is under way").containsEntry("rtt_ms", null);
            node.advance(Duration.ofSeconds(10));
            Map<String, Object> page = node.see(one("connection", 0));
            assertThat(page).containsEntry("rtt_ms", 12.0).containsEntry("name", "ann");
            assertThat(rows(page, "topics"))
                    .extracting(row -> row.get("topic") + " " + row.get("pattern") + " " + row.get("joined_s"))
                    .containsExactlyInAnyOrder("room:1 room:* 10", "room:2 room:* 10");
        }

        @Test
        void isShownWithoutThemIfItsLoopHangs() {
            node.connect().join("room:1");
            node.loop.hangs(true);
            var answer = node.view.answer(one("connection", 0));
            assertThat(answer).isNotDone();
            node.advance(SECOND);
            assertThat(answer.join()).containsEntry("topics", List.of()).containsEntry("channels", 1L);
        }

        @Test
        void hasGone() {
            assertThat(node.see(one("connection", 7))).containsEntry("gone", true);
            assertThat(node.see(one("connection", "<script>"))).containsEntry("gone", true);
            var ann = node.connect();
            assertThat(node.see(one("connection", 0))).doesNotContainKey("gone");
            ann.vanish();
            assertThat(node.see(one("connection", 0))).containsEntry("gone", true);
        }

        @Test
        void canBeCut() {
            var ann = node.connect().join("room:1");
            assertThat(node.view.cut("0").join()).isTrue();
            assertThat(ann.closes).containsExactly(1001);
            assertThat(node.endpoint.connectionCount()).isZero();
            assertThat(node.view.cut("0").join()).isFalse();
            assertThat(node.view.cut("ann").join()).isFalse();
        }
    }

    @Nested
    class TopicPages {
        @Test
        void countSubscribersAndRates() {
            var ann = node.connect().join("room:1");
            node.connect().join("room:1").join("room:2");
            node.see("topics");
            node.advance(SECOND);
            for (int i = 0; i < 5; i++) {
                ann.say("room:1", "say", "{\"n\":1}");
            }
            node.advance(SECOND);
            Map<String, Object> page = node.see(query("topics", "", "deliveries_per_s", true, 0, 10));
            assertThat(page).containsEntry("total", 2).containsEntry("matched", 2);
            assertThat(rows(page, "rows"))
                    .extracting(row -> row.get("topic") + " " + row.get("pattern") + " " + row.get("subscribers"))
                    .containsExactly("room:1 room:* 2", "room:2 room:* 1");
            Map<String, Object> topic = node.see(one("topic", "room:1"));
            assertThat(topic)
                    .containsEntry("broadcasts_per_s", 2.5)
                    .containsEntry("deliveries_per_s", 5.0)
                    .containsEntry("by_node", Map.of("a@test", 2))
                    .containsEntry("about", Map.of("a@test", Map.of()));
            assertThat(number(topic, "bytes_per_s")).isPositive();
        }

        @Test
        void countNothingWhileNobodyLooks() {
            node.see("topics");
            assertThat(((Heard) node.view.listener()).busy.isWatched()).isTrue();
            node.advance(Duration.ofSeconds(11));
            assertThat(((Heard) node.view.listener()).busy.isWatched()).isFalse();
        }

        @Test
        void areSearchedAndPagedByName() {
            for (int i = 0; i < 100; i++) {
                node.connect().join("room:" + i).join("room:all");
            }
            assertThat(topics(query("topics", "", "subscribers", true, 0, 2))).containsExactly("room:all", "room:0");
            assertThat(topics(query("topics", "M:4", "topic", true, 1, 2))).containsExactly("room:48", "room:47");
            assertThat(topics(query("topics", "no such", "topic", false, 0, 2))).isEmpty();
        }

        private List<Object> topics(Query query) {
            return rows(node.see(query), "rows").stream()
                    .map(row -> row.get("topic"))
                    .toList();
        }

        @Test
        void knowNothingOfATopicThatIsNotThere() {
            assertThat(node.see(one("topic", "nowhere")))
                    .containsEntry("subscribers", 0)
                    .containsEntry("pattern", "");
        }
    }

    @Nested
    class ChannelPage {
        @Test
        void countsEventsThatTheSpecNamesAndTheOthersAsOne() {
            var ann = node.connect().join("room:1").join("closed");
            for (int i = 0; i < 1000; i++) {
                ann.say("room:1", "made up " + i, "{}");
            }
            ann.say("room:1", "say", "{}");
            Map<String, Object> room = rows(node.see("channels"), "channels").get(0);
            assertThat(room)
                    .contains(
                            entry("mount", "/socket"),
                            entry("pattern", "room:*"),
                            entry("non_blocking", true),
                            entry("joined", 1),
                            entry("refused", 0),
                            entry("intercepts", List.of("seen")),
                            entry("pushes", List.of("news")),
                            entry("broadcasts", List.of("said")));
            assertThat(rows(room, "events"))
                    .extracting(row -> row.get("event") + " " + row.get("handled"))
                    .containsExactly("say 1", "fail 0", "other 1000");
            assertThat(rows(node.see("channels"), "channels").get(1))
                    .containsEntry("pattern", "closed")
                    .containsEntry("joined", 0)
                    .containsEntry("refused", 1);
        }

        @Test
        void showsCrashesWithTheirStack() {
            var ann = node.connect();
            for (int i = 0; i < 3; i++) {
                ann.join("room:1");
                ann.say("room:1", "fail", "{}");
            }
            assertThat(rows(node.see("channels"), "crashes"))
                    .singleElement()
                    .satisfies(crash -> assertThat(crash)
                            .containsEntry("at", WatchedNode.EPOCH)
                            .containsEntry("node", "a@test")
                            .containsEntry("pattern", "room:*")
                            .containsEntry("topic", "room:1")
                            .containsEntry("exception", "java.lang.IllegalStateException")
                            .containsEntry("message", "no such <b>room</b>")
                            .containsEntry("count", 3)
                            .hasEntrySatisfying(
                                    "stack",
                                    stack -> assertThat((String) stack)
                                            .contains("at dev.simurgh.dashboard.NodeViewTest")));
            assertThat(rows(node.see("channels"), "channels").get(0))
                    .containsEntry("crashes", 3)
                    .containsEntry("joined", 0);
        }
    }

    @Nested
    class LimitPage {
        @Test
        void countsWhatWasReachedAndShowsWhoIsNear() {
            var ann = node.connect();
            for (int i = 0; i < 9; i++) {
                ann.join("room:" + i);
            }
            assertThat(limit("channels"))
                    .contains(
                            entry("hits", 0),
                            entry("mount", "/socket"),
                            entry("bound", 10),
                            entry("now", 9),
                            entry("share", 0.9));
            assertThat(rows(node.see("overview"), "attention"))
                    .extracting(row -> row.get("what") + ": " + row.get("text"))
                    .containsExactly("near: a client of /socket is at 90 % of channels");
            ann.join("room:10").join("room:11");
            node.advance(SECOND);
            assertThat(limit("channels")).containsEntry("hits", 1).containsEntry("share", 1.0);
            ann.vanish();
            assertThat(rows(node.see("limits"), "closes"))
                    .containsExactly(Map.of("code", "1006", "count", 1, "per_s", 0.0));
        }

        @Test
        void showsWhatAllClientsTogetherMayHoldAsServersTellIt() {
            long[] connections = {50};
            node.endpoint
                    .backstage()
                    .addMetrics(List.of(
                            Metric.gauge("simurgh.server.connections", "", "", () -> connections[0])
                                    .tagged("server", "0.0.0.0:1"),
                            Metric.gauge("simurgh.server.connections.max", "", "", () -> 100)
                                    .tagged("server", "0.0.0.0:1"),
                            Metric.gauge("simurgh.server.connections.max", "", "", () -> 7)
                                    .tagged("server", "of none")));
            assertThat(limit("connections"))
                    .contains(
                            entry("hits", 0),
                            entry("at", "0.0.0.0:1"),
                            entry("bound", 100),
                            entry("now", 50),
                            entry("share", 0.5));
            assertThat(rows(node.see("overview"), "attention")).isEmpty();
            connections[0] = 97;
            assertThat(rows(node.see("overview"), "attention"))
                    .extracting(row -> row.get("level") + ": " + row.get("text"))
                    .containsExactly("bad: the node is at 97 % of connections of 0.0.0.0:1");
        }

        private Map<String, Object> limit(String name) {
            return rows(node.see("limits"), "limits").stream()
                    .filter(row -> name.equals(row.get("limit")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Nested
    class LoopPage {
        @Test
        void showsALoopThatHangs() {
            node.connect().join("room:1");
            node.see("loops");
            node.loop.hangs(true);
            node.advance(SECOND);
            node.see("loops");
            node.advance(Duration.ofSeconds(3));
            assertThat(rows(node.see("loops"), "loops").get(0))
                    .contains(entry("loop", "0"), entry("connections", 1), entry("lag_ms", 3000.0));
            assertThat(rows(node.see("overview"), "attention"))
                    .extracting(row -> row.get("level") + " " + row.get("what"))
                    .containsExactly("bad lag");
            node.loop.hangs(false);
            node.advance(SECOND);
            node.see("loops");
            node.advance(SECOND);
            assertThat(rows(node.see("loops"), "loops").get(0))
                    .contains(entry("lag_ms", 0.0), entry("lag_max_ms", 3000.0));
        }

        @Test
        void hasTheMetricsOfAllPartsWhateverTheyRead() {
            try (WatchedNode other = new WatchedNode(socket())) {
                other.endpoint
                        .backstage()
                        .addMetrics(List.of(
                                Metric.gauge("simurgh.test.b", "bytes", "", () -> Double.NaN),
                                Metric.gauge("simurgh.test.c", "", "", () -> {
                                    throw new IllegalStateException("no");
                                }),
                                Metric.counter("simurgh.test.a", "", "", () -> 3)
                                        .tagged("kind", "x")));
                assertThat(rows(other.see(new Query("loops", "TEST.B", "", false, 0, 50, "")), "metrics"))
                        .as("those that were looked for")
                        .extracting(row -> row.get("name"))
                        .containsExactly("simurgh.test.b");
                assertThat(rows(other.see("loops"), "metrics"))
                        .filteredOn(row -> String.valueOf(row.get("name")).startsWith("simurgh.test"))
                        .extracting(row -> row.get("name") + " " + row.get("value") + " " + row.get("tags"))
                        .containsExactly(
                                "simurgh.test.a 3.0 {kind=x}", "simurgh.test.b 0.0 {}", "simurgh.test.c 0.0 {}");
            }
        }
    }

    @Test
    void anUnknownPageIsEmpty() {
        assertThat(node.see("no such page")).isEmpty();
    }

    @Test
    void aNodeThatHasEndedDoesNotAnswer() {
        node.close();
        assertThat(node.view.answer(Query.of("overview"))).isCompletedExceptionally();
        assertThatThrownBy(() -> node.view.cut("0").join()).hasMessageContaining("has ended");
    }

    @Test
    void aQueryIsCutToItsBounds() {
        Query query = new Query("connections", "x".repeat(1000), "", false, -5, 1_000_000, "");
        assertThat(query.text()).hasSize(Query.MAX_TEXT_CHARS);
        assertThat(query.offset()).isZero();
        assertThat(query.limit()).isEqualTo(Query.MAX_ROWS);
        assertThat(new Query("", "", "", false, Integer.MAX_VALUE, 0, "").offset())
                .isEqualTo(10_000);
    }
}
