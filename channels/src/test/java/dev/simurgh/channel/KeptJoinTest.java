package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Joins of a topic that is kept: where the client begins, and what it is told of that. */
@ParameterizedClass
@EnumSource(Setup.class)
class KeptJoinTest {
    private static final String TOPIC = "kept:1";

    private final Rig rig;
    private final FakeHistory history;
    private JoinResult answer = JoinResult.ok();
    private Runnable meanwhile = () -> {};

    KeptJoinTest(Setup setup) {
        rig = new Rig(setup)
                .channel(
                        "kept:*",
                        spec -> spec.join((c, s) -> {
                            rig().journal.add("join");
                            meanwhile.run();
                            return answer;
                        }))
                .channel("room:*", spec -> spec);
        history = new FakeHistory(rig.endpoint());
    }

    private Rig rig() {
        return rig;
    }

    private void broadcast(int n) {
        rig.endpoint().broadcast(TOPIC, "said", Map.of("n", n));
    }

    private String said(Client client, int n) {
        return client.vsn.message(null, "e:" + n, TOPIC, "said", "{\"n\":" + n + "}");
    }

    private static String since(String position) {
        return "{\"position\":" + position + "}";
    }

    @Test
    void anEmptyTopicHasAPositionToo() {
        Client client = rig.connect().join("1", TOPIC);
        assertThat(client.received()).containsExactly(client.ok("1", TOPIC, "{\"position\":\"e:0\"}"));
        broadcast(1);
        broadcast(2);
        assertThat(client.received()).containsExactly(said(client, 1), said(client, 2));
    }

    @Test
    void whoComesToAnEmptyTopicAgainGetsWhatWasSaidSince() {
        broadcast(1);
        broadcast(2);
        Client client = rig.connect().join("1", TOPIC, since("\"e:0\""));
        assertThat(client.received())
                .containsExactly(
                        client.ok("1", TOPIC, "{\"position\":\"e:0\",\"recovered\":true}"),
                        said(client, 1),
                        said(client, 2));
    }

    @Test
    void whoComesBackGetsWhatItMissedAndThenWhatComes() {
        for (int n = 1; n <= 5; n++) {
            broadcast(n);
        }
        Client client = rig.connect().join("1", TOPIC, since("\"e:3\""));
        assertThat(client.received())
                .containsExactly(
                        client.ok("1", TOPIC, "{\"position\":\"e:3\",\"recovered\":true}"),
                        said(client, 4),
                        said(client, 5));
        broadcast(6);
        assertThat(client.received()).containsExactly(said(client, 6));
    }

    @Test
    void whoHasNoPositionBeginsAtTheHead() {
        broadcast(1);
        Client client = rig.connect().join("1", TOPIC);
        assertThat(client.received()).containsExactly(client.ok("1", TOPIC, "{\"position\":\"e:1\"}"));
    }

    @Test
    void aPositionThatNobodyKnowsIsAnsweredSo() {
        broadcast(1);
        for (String unknown : new String[] {"\"x:1\"", "\"e:2\"", "\"\"", "5", "null", "{\"a\":[]}", "true"}) {
            Client client = rig.connect().join("1", TOPIC, since(unknown));
            assertThat(client.received())
                    .as(unknown)
                    .containsExactly(client.ok("1", TOPIC, "{\"position\":\"e:1\",\"recovered\":false}"));
        }
    }

    @Test
    void whatIsTrimmedIsNotRecovered() {
        for (int n = 1; n <= 3; n++) {
            broadcast(n);
        }
        history.trim(TOPIC, 2);
        Client client = rig.connect().join("1", TOPIC, since("\"e:1\""));
        assertThat(client.received())
                .containsExactly(client.ok("1", TOPIC, "{\"position\":\"e:3\",\"recovered\":false}"));
    }

    @Test
    void theChannelsOwnReplyHasThePositionToo() {
        answer = JoinResult.ok(Map.of("price", 7));
        Client client = rig.connect().join("1", TOPIC);
        assertThat(client.received()).containsExactly(client.ok("1", TOPIC, "{\"price\":7,\"position\":\"e:0\"}"));
    }

    @Test
    void aReplyWithoutRoomForThePositionIsTheServersMistake() {
        String rule =
                " (expected: a JSON object without position and recovered, which Simurgh adds since the topic is kept)";
        for (String own : new String[] {"[1]", "{\"position\":1}", "{\"recovered\":true}"}) {
            answer = JoinResult.ok(Payload.json(own));
            Client client = rig.connect();
            client.join("1", TOPIC);
            assertThat(client.received()).containsExactly(client.error("1", TOPIC, "join crashed"));
            assertThat(client.transport.thrown)
                    .extracting(Throwable::getMessage)
                    .containsExactly("reply to a join of kept:1: " + own + rule);
        }
        assertThat(rig.journalTaken())
                .filteredOn(line -> line.startsWith("terminate"))
                .hasSize(3);
    }

    @Test
    void aRefusalIsTheChannelsOwn() {
        answer = JoinResult.error(Map.of("why", "no"));
        Client client = rig.connect().join("1", TOPIC);
        assertThat(client.received()).containsExactly(client.reply("1", TOPIC, "error", "{\"why\":\"no\"}"));
        broadcast(1);
        assertThat(client.received()).isEmpty();
    }

    @Test
    void whatIsBroadcastDuringTheJoinComesOnceBehindTheReply() {
        broadcast(1);
        meanwhile = () -> {
            broadcast(2);
            broadcast(3);
        };
        Client client = rig.connect().join("1", TOPIC);
        assertThat(client.received())
                .containsExactly(client.ok("1", TOPIC, "{\"position\":\"e:1\"}"), said(client, 2), said(client, 3));
    }

    @Test
    void whatIsBroadcastWhileTheHistoryIsAskedComesOnce() {
        broadcast(1);
        history.late = true;
        Client client = rig.connect().join("1", TOPIC, since("\"e:0\""));
        assertThat(client.received()).isEmpty();
        assertThat(rig.journalTaken()).as("the channel is asked behind it").isEmpty();
        broadcast(2);
        rig.settle();
        history.answer(); // where it begins
        assertThat(client.received())
                .containsExactly(client.ok("1", TOPIC, "{\"position\":\"e:0\",\"recovered\":true}"));
        broadcast(3);
        rig.settle();
        history.answer(); // what it has missed, when that was read: 1 and 2
        assertThat(client.received()).containsExactly(said(client, 1), said(client, 2));
        history.answer();
        assertThat(client.received()).containsExactly(said(client, 3));
        broadcast(4);
        assertThat(client.received()).containsExactly(said(client, 4));
        assertThat(history.unanswered()).isZero();
    }

    @Test
    void aTopicThatNoHistoryTakesIsItsClientsMistake() {
        history.failure = new IllegalArgumentException("stream: has a character U+0000");
        Client client = rig.connect();
        try (LogCapture logs = new LogCapture(Level.WARN)) {
            client.join("1", TOPIC);
            assertThat(client.received()).containsExactly(client.error("1", TOPIC, "topic unavailable"));
            assertThat(logs.lines().toString())
                    .contains("join of kept:1 refused: its history takes no such topic: ")
                    .contains("WARN")
                    .doesNotContain("ERROR");
        }
    }

    @Test
    void whileTheHistoryDoesNotAnswerTheTopicIsUnavailableAndOthersAreNot() {
        history.failure = new IllegalStateException("no store");
        Client client = rig.connect();
        try (LogCapture logs = new LogCapture(Level.ERROR)) {
            client.join("1", TOPIC);
            assertThat(client.received()).containsExactly(client.error("1", TOPIC, "topic unavailable"));
            assertThat(logs.lines().toString())
                    .contains(
                            "join of kept:1 refused: its history cannot be read now (expected: a store that answers): "
                                    + "java.lang.IllegalStateException: no store");
        }
        client.join("2", "room:1");
        assertThat(client.received()).containsExactly(client.ok("2", "room:1"));
        history.failure = null;
        client.join("3", TOPIC);
        assertThat(client.received()).containsExactly(client.ok("3", TOPIC, "{\"position\":\"e:0\"}"));
        var topics = rig.endpoint().pubsub().topics();
        rig.settle();
        assertThat(topics).isCompletedWithValue(Map.of(TOPIC, 1, "room:1", 1));
    }

    @Test
    void aHistoryThatIsSilentRunsIntoTheJoinsLimit() {
        history.late = true;
        Client client = rig.connect().join("1", TOPIC);
        assertThat(client.received()).isEmpty();
        rig.advance(Duration.ofMinutes(1));
        assertThat(client.received()).containsExactly(client.error("1", TOPIC, "join timeout"));
        assertThat(rig.journalTaken()).isEmpty();
        history.answer();
        assertThat(client.received()).isEmpty();
        assertThat(rig.endpoint().channelCount()).isZero();
        assertThat(rig.endpoint().pubsub().subscriptionCount()).isZero();
    }

    @Test
    void whoGoesWhileTheHistoryIsAskedLeavesNothingBehind() {
        history.late = true;
        Client client = rig.connect().join("1", TOPIC);
        rig.settle();
        client.vanish();
        rig.settle();
        assertThat(rig.endpoint().channelCount()).isZero();
        assertThat(rig.endpoint().pubsub().subscriptionCount()).isZero();
        history.answer();
        rig.settle();
        assertThat(rig.journalTaken()).isEmpty();
    }

    @Test
    void whoJoinsTwiceAtOnceHasOneChannelInOrder() {
        broadcast(1);
        broadcast(2);
        Client client = rig.connect().join("1", TOPIC, since("\"e:0\""));
        client.join("2", TOPIC, since("\"e:1\""));
        assertThat(client.received())
                .contains(client.ok("2", TOPIC, "{\"position\":\"e:1\",\"recovered\":true}"))
                .endsWith(said(client, 2));
        broadcast(3);
        assertThat(client.received()).containsExactly(said(client, 3));
        assertThat(rig.endpoint().pubsub().subscriptionCount()).isOne();
    }

    @Test
    void thereIsOneHistory() {
        assertThatThrownBy(() -> rig.endpoint().backstage().keepWith(history))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("history: ")
                .hasMessageEndingWith(" (expected: one for each endpoint)");
    }

    @Test
    void whatIsNotKeptIsAsItWas() {
        Client client = rig.connect().join("1", "room:1", since("\"e:1\""));
        assertThat(client.received()).containsExactly(client.ok("1", "room:1"));
        rig.endpoint().broadcast("room:1", "said", Map.of());
        assertThat(client.received()).containsExactly(client.broadcast("room:1", "said", "{}"));
        assertThat(history.reads).isZero();
    }
}
