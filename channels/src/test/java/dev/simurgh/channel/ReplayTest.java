package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.BacklogLimits;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client of a kept topic gets: all of it, in order, nothing twice, as fast as it takes it. */
@ParameterizedClass
@EnumSource(Setup.class)
class ReplayTest {
    private static final String TOPIC = "kept:1";

    private final Rig rig;
    private final FakeHistory history;
    private int handled;

    ReplayTest(Setup setup) {
        rig = new Rig(setup)
                .channel(
                        "kept:seen:*",
                        spec -> spec.handleOut("said", Map.class, (c, said, s) -> {
                                    handled++;
                                    s.push("seen", said);
                                    return Result.noReply();
                                })
                                .handleOut("bytes", byte[].class, (c, bytes, s) -> {
                                    s.push("bytes", Payload.EMPTY);
                                    return Result.noReply();
                                }))
                .channel(
                        "kept:*",
                        spec -> spec.handleIn("from", (c, s) -> {
                            s.broadcastFrom("said", Map.of("n", "mine"));
                            return Result.noReply();
                        }));
        history = new FakeHistory(rig.endpoint());
    }

    private void keep(int from, int to) {
        IntStream.rangeClosed(from, to).forEach(n -> history.keep(TOPIC, "said", "{\"n\":" + n + "}"));
    }

    private void broadcast(int n) {
        rig.endpoint().broadcast(TOPIC, "said", Map.of("n", n));
    }

    private void deliver(Broadcast broadcast) {
        rig.endpoint().pubsub().deliver(broadcast, null);
        rig.settle();
    }

    private static List<String> said(Client client, int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(n -> client.vsn.message(null, "e:" + n, TOPIC, "said", "{\"n\":" + n + "}"))
                .toList();
    }

    private Client joined(String topic, int since) {
        Client client = rig.connect().join("1", topic, "{\"position\":\"e:" + since + "\"}");
        return client;
    }

    private static List<String> withoutReply(List<String> frames) {
        assertThat(frames).first().asString().contains("\"recovered\":true");
        return frames.subList(1, frames.size());
    }

    // Live.

    @Test
    void whatComesTwiceGoesOutOnce() {
        Client client = joined(TOPIC, 0);
        broadcast(1);
        broadcast(2);
        assertThat(withoutReply(client.received())).isEqualTo(said(client, 1, 2));
        deliver(history.kept(TOPIC).get(0));
        deliver(history.kept(TOPIC).get(1));
        assertThat(client.received()).isEmpty();
    }

    @Test
    void whatIsMissingIsReadBeforeWhatComesBehindIt() {
        Client client = joined(TOPIC, 0);
        broadcast(1);
        client.received();
        keep(2, 4); // lost on its way
        broadcast(5);
        broadcast(6);
        assertThat(client.received()).isEqualTo(said(client, 2, 6));
        int reads = history.reads;
        broadcast(7);
        assertThat(client.received()).isEqualTo(said(client, 7, 7));
        assertThat(history.reads).isEqualTo(reads);
    }

    @Test
    void whoBroadcastsToTheOthersHasNoGap() {
        Client client = joined(TOPIC, 0);
        Client other = joined(TOPIC, 0);
        client.received();
        other.received();
        client.push("2", TOPIC, "from");
        String mine = client.vsn.message(null, "e:1", TOPIC, "said", "{\"n\":\"mine\"}");
        assertThat(other.received()).containsExactly(mine);
        assertThat(client.received()).isEmpty();
        int reads = history.reads;
        broadcast(2);
        assertThat(client.received()).isEqualTo(said(client, 2, 2));
        assertThat(history.reads).isEqualTo(reads);
        Client again = joined(TOPIC, 0);
        assertThat(withoutReply(again.received())).hasSize(2).contains(mine);
    }

    @Test
    void whatIsForThisNodeOnlyIsNotKeptAndComesAsItIs() {
        Client client = joined(TOPIC, 0);
        client.received();
        rig.endpoint().localBroadcast(TOPIC, "said", Map.of("n", 0));
        broadcast(1);
        assertThat(client.received())
                .containsExactly(
                        client.broadcast(TOPIC, "said", "{\"n\":0}"),
                        said(client, 1, 1).get(0));
    }

    @Test
    void whoBroadcastsToTheOthersWhileItIsBehindDoesNotGetItEither() {
        Client other = joined(TOPIC, 0);
        other.received();
        history.late = true;
        Client client = joined(TOPIC, 0);
        rig.settle();
        history.answer();
        rig.settle();
        client.push("2", TOPIC, "from");
        client.push("3", TOPIC, "from");
        rig.settle();
        broadcast(3);
        client.push("4", TOPIC, "from");
        rig.settle();
        broadcast(5);
        for (int n = 0; n < 5; n++) {
            history.answer();
            rig.settle();
        }
        assertThat(other.received()).hasSize(5);
        assertThat(withoutReply(client.received()))
                .containsExactly(said(client, 3, 3).get(0), said(client, 5, 5).get(0));
        broadcast(6);
        assertThat(client.received()).isEqualTo(said(client, 6, 6));
    }

    // Behind.

    @Test
    void theHistoryIsReadInSlices() {
        keep(1, 3000);
        Client client = joined(TOPIC, 10);
        assertThat(withoutReply(client.received())).isEqualTo(said(client, 11, 3000));
        assertThat(history.reads).isGreaterThan(3);
        broadcast(3001);
        assertThat(client.received()).isEqualTo(said(client, 3001, 3001));
    }

    @Test
    void whoReadsSlowlyGetsAllOfItAndHoldsNobodyUp() {
        keep(1, 3000);
        Client slow = rig.connect();
        slow.transport.stalls(5_000);
        slow.join("1", TOPIC, "{\"position\":\"e:0\"}");
        Client fast = joined(TOPIC, 3000);
        fast.received();
        List<String> got = new ArrayList<>(slow.received());
        for (int n = 3001; n <= 3500; n++) {
            broadcast(n);
            assertThat(fast.received()).isEqualTo(said(fast, n, n));
            slow.transport.drain();
            got.addAll(slow.received());
        }
        for (int turns = 0; turns < 1000 && got.size() < 3501; turns++) {
            slow.transport.drain();
            got.addAll(slow.received());
        }
        assertThat(withoutReply(got)).isEqualTo(said(slow, 1, 3500));
        assertThat(slow.transport.most).isLessThan(6_000);
        assertThat(slow.transport.closes).isEmpty();
        broadcast(3501);
        assertThat(slow.received()).isEqualTo(said(slow, 3501, 3501));
    }

    @Test
    void whoStopsReadingFallsBehindAndCatchesUp() {
        Client client = joined(TOPIC, 0);
        client.received();
        client.transport.stalls(1_000);
        List<String> got = new ArrayList<>();
        for (int n = 1; n <= 200; n++) {
            broadcast(n);
            got.addAll(client.received());
        }
        assertThat(got).hasSizeBetween(5, 100);
        assertThat(client.transport.most).isLessThanOrEqualTo(1_000);
        client.transport.flows();
        got.addAll(client.received());
        assertThat(got).isEqualTo(said(client, 1, 200));
        broadcast(201);
        assertThat(client.received()).isEqualTo(said(client, 201, 201));
    }

    @Test
    void whatIsTrimmedUnderAReplayEndsTheChannel() {
        keep(1, 3000);
        Client client = rig.connect();
        client.transport.stalls(5_000);
        client.join("1", TOPIC, "{\"position\":\"e:0\"}");
        client.received();
        history.trim(TOPIC, 2000);
        client.transport.drain();
        assertThat(client.received()).containsExactly(client.crashed(TOPIC));
        assertThat(rig.endpoint().channelCount()).isZero();
        client.join("2", TOPIC, "{\"position\":\"e:50\"}");
        assertThat(client.received())
                .containsExactly(client.ok("2", TOPIC, "{\"position\":\"e:3000\",\"recovered\":false}"));
    }

    @Test
    void whoLeavesInTheMiddleGetsNothingMoreAndMayComeBack() {
        keep(1, 3000);
        Client client = rig.connect();
        client.transport.stalls(5_000);
        client.join("1", TOPIC, "{\"position\":\"e:0\"}");
        List<String> first = withoutReply(client.received());
        client.leave("2", TOPIC);
        assertThat(client.received()).containsExactly(client.ok("2", TOPIC), client.closed(TOPIC));
        client.transport.flows();
        assertThat(client.received()).isEmpty();
        assertThat(rig.endpoint().pubsub().subscriptionCount()).isZero();
        client.join("3", TOPIC, "{\"position\":\"e:" + first.size() + "\"}");
        assertThat(withoutReply(client.received())).isEqualTo(said(client, first.size() + 1, 3000));
    }

    @Test
    void whoJoinsAnewInTheMiddleBeginsAnew() {
        keep(1, 3000);
        history.late = true;
        Client client = joined(TOPIC, 0);
        rig.settle();
        history.answer();
        client.received(); // the slice is under way
        client.join("2", TOPIC, "{\"position\":\"e:2990\"}");
        client.received();
        history.late = false;
        history.answer();
        rig.settle();
        history.answer();
        List<String> frames = client.received();
        assertThat(frames).endsWith(said(client, 2991, 3000).toArray(String[]::new));
        assertThat(frames).doesNotContain(said(client, 1, 1).get(0));
    }

    @Test
    void aStoreThatIsAwayIsAskedAgain() {
        keep(1, 5);
        history.late = true;
        Client client = joined(TOPIC, 0);
        rig.settle();
        history.answer();
        history.late = false;
        history.failure = new IllegalStateException("no store");
        try (LogCapture logs = new LogCapture(Level.ERROR)) {
            client.received();
            assertThat(logs.lines())
                    .containsExactly(
                            "ERROR history of kept:1 cannot be read behind 0: java.lang.IllegalStateException: no store"
                                    + " (expected: a store that answers; asked again 9 times)");
            rig.advance(Duration.ofSeconds(5));
        }
        history.failure = null;
        rig.advance(Duration.ofSeconds(1));
        assertThat(client.received()).isEqualTo(said(client, 1, 5));
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void aStoreThatStaysAwayEndsTheChannel() {
        keep(1, 5);
        history.late = true;
        Client client = joined(TOPIC, 0);
        rig.settle();
        history.answer();
        history.late = false;
        history.failure = new IllegalStateException("no store");
        client.received();
        rig.advance(Duration.ofSeconds(20));
        assertThat(client.received()).containsExactly(client.crashed(TOPIC));
        assertThat(rig.timers.waiting()).isZero();
    }

    @Test
    void whoGoesWhileTheStoreIsAwayLeavesNoTimer() {
        keep(1, 5);
        history.late = true;
        Client client = joined(TOPIC, 0);
        rig.settle();
        history.answer();
        history.late = false;
        history.failure = new IllegalStateException("no store");
        client.received();
        client.vanish();
        rig.settle();
        assertThat(rig.timers.waiting()).isZero();
        assertThat(rig.endpoint().channelCount()).isZero();
    }

    @Test
    void aNodeReadsSoMuchAtOnceAndEachGetsItsTurn() {
        keep(1, 3);
        history.late = true;
        List<Client> clients = new ArrayList<>();
        ManualLoop loop = rig.loop();
        for (int i = 0; i < 200; i++) {
            clients.add(rig.connect(rig.setup.vsn, loop, Map.of()).join("1", TOPIC, "{\"position\":\"e:0\"}"));
        }
        rig.settle();
        history.answer();
        rig.settle();
        assertThat(history.unanswered()).isEqualTo(ReplayTurns.MOST);
        for (int round = 0; round < 4; round++) {
            history.answer();
            rig.settle();
        }
        assertThat(clients)
                .allSatisfy(client -> assertThat(withoutReply(client.frames())).isEqualTo(said(client, 1, 3)));
        assertThat(history.reads).isEqualTo(200);
    }

    @Test
    void whatAnEventLoopDidNotTakeComesWhenItHasCaughtUp() {
        Rig small = new Rig(rig.setup)
                .endpoint(builder -> builder.backlog(BacklogLimits.builder()
                        .pauseBytes(5_000)
                        .dropBytes(10_000)
                        .build()))
                .channel("kept:*", spec -> spec);
        FakeHistory kept = new FakeHistory(small.endpoint());
        Client client = small.connect().join("1", TOPIC, "{\"position\":\"e:0\"}");
        client.received();
        for (int n = 1; n <= 100; n++) { // the loop does nothing meanwhile
            small.endpoint().broadcast(TOPIC, "said", Map.of("n", n));
        }
        assertThat(small.endpoint().pubsub().dropped()).isPositive();
        assertThat(client.received()).isEqualTo(said(client, 1, 100));
        assertThat(kept.reads).isEqualTo(2);
    }

    // Other forms.

    @Test
    void behindBytesComesTheirPosition() {
        Client client = joined(TOPIC, 0);
        client.received();
        rig.endpoint().broadcast(TOPIC, "bytes", new byte[] {1, 2});
        broadcast(2);
        if (rig.setup.vsn == Vsn.V1) {
            assertThat(client.received()).isEqualTo(said(client, 2, 2)); // it has no form for bytes
            return;
        }
        List<String> live = client.received();
        assertThat(live)
                .hasSize(3)
                .endsWith(
                        client.vsn.message(null, "e:1", TOPIC, "position", "{}"),
                        said(client, 2, 2).get(0));
        Client later = joined(TOPIC, 0);
        assertThat(withoutReply(later.received())).isEqualTo(live);
    }

    @Test
    void whatHandleOutPushesHasThePosition() {
        String topic = "kept:seen:1";
        rig.endpoint().broadcast(topic, "said", Map.of("n", 1));
        rig.endpoint().broadcast(topic, "other", Map.of("n", 2));
        Client client = joined(topic, 0);
        rig.endpoint().broadcast(topic, "said", Map.of("n", 3));
        assertThat(withoutReply(client.received()))
                .containsExactly(
                        client.vsn.message(ref(), "e:1", topic, "seen", "{\"n\":1}"),
                        client.vsn.message(null, "e:2", topic, "other", "{\"n\":2}"),
                        client.vsn.message(ref(), "e:3", topic, "seen", "{\"n\":3}"));
    }

    private @Nullable String ref() {
        return rig.setup.vsn == Vsn.V1 ? null : "1";
    }

    @Test
    void whatIsNotInterceptedDoesNotOvertakeWhatIs() {
        String topic = "kept:seen:1";
        Client client = joined(topic, 0);
        client.received();
        rig.endpoint().broadcast(topic, "said", Map.of("n", 1));
        rig.endpoint().broadcast(topic, "other", Map.of("n", 2));
        rig.loop().runAll(); // the scheduler has not run
        if (!rig.setup.nonBlocking) {
            assertThat(client.frames()).isEmpty();
        }
        rig.settle();
        assertThat(client.received()).hasSize(2).last().asString().contains("e:2");
    }

    @Test
    void aChannelThatIsBehindGetsAllOfItToo() {
        String topic = "kept:seen:1";
        String text = "x".repeat(10_000);
        for (int n = 1; n <= 600; n++) {
            history.keep(topic, "said", "{\"n\":" + n + ",\"text\":\"" + text + "\"}");
        }
        Client client = joined(topic, 0);
        client.received();
        assertThat(handled).isEqualTo(600);
        for (int n = 601; n <= 1200; n++) { // more than may wait for it
            rig.endpoint().broadcast(topic, "said", Map.of("n", n, "text", text));
        }
        rig.loop().runAll();
        List<String> got = client.received();
        assertThat(got).hasSize(600);
        assertThat(IntStream.range(0, 600).allMatch(i -> got.get(i).contains("e:" + (601 + i) + "\"")))
                .isTrue();
        assertThat(rig.endpoint().droppedCount()).isZero();
    }

    // Another history.

    @Test
    void whoeverIsThereWhenTheHistoryIsAnotherComesBack() {
        Client client = joined(TOPIC, 0);
        broadcast(1);
        assertThat(client.received()).hasSize(2);
        rig.endpoint().pubsub().rewound(TOPIC);
        rig.settle();
        broadcast(2);
        assertThat(client.received()).containsExactly(client.crashed(TOPIC));
        assertThat(rig.endpoint().pubsub().hasSubscribers(TOPIC)).isFalse();
    }

    @Test
    void whoeverIsJoiningThenComesBack() {
        history.late = true;
        Client client = joined(TOPIC, 0);
        rig.settle();
        rig.endpoint().pubsub().rewound(TOPIC);
        rig.settle();
        history.answer();
        rig.settle();
        assertThat(client.received()).hasSize(2).last().asString().contains("phx_error");
    }
}
