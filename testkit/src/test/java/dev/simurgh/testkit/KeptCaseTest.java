package dev.simurgh.testkit;

import static dev.simurgh.testkit.Pushed.pushed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.Retention;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kept topics under the kit: on its thread and its time. */
class KeptCaseTest {
    private static final String TOPIC = "auction:1";

    @RegisterExtension
    final ChannelCase.Extension kept = kept().extension();

    record Bid(int amount) {}

    /** Answers when the bid is stored. */
    private static final class Auction {
        private final KeptTopics kept;

        Auction(KeptTopics kept) {
            this.kept = kept;
        }

        static SocketSpec socket(KeptTopics kept) {
            return SocketSpec.builder()
                    .channel(
                            "auction:*",
                            ChannelSpec.builder(() -> new Auction(kept))
                                    .join((auction, socket) -> JoinResult.ok(Map.of("open", true)))
                                    .handleIn("bid", Bid.class, Auction::bid)
                                    .handleIn("say", (auction, socket) -> {
                                        socket.broadcastFrom("said", Map.of());
                                        return Result.noReply();
                                    })
                                    .build())
                    .channel("room:*", ChannelSpec.builder(Object::new).build())
                    .build();
        }

        @SuppressWarnings("FutureReturnValueIgnored")
        Result bid(Bid bid, Socket socket) {
            var ref = socket.ref();
            kept.broadcast(socket, "bid", bid)
                    .whenComplete((position, failure) -> ref.reply("ok", Map.of("position", position.toString())));
            return Result.noReply();
        }
    }

    private static ChannelCase.Builder kept() {
        return ChannelCase.builder()
                .keep(topics -> topics.keep(
                        "auction:*",
                        Retention.builder()
                                .maxEntries(100)
                                .maxAge(Duration.ofHours(1))
                                .build()));
    }

    private static Connected connect(ChannelCase chat) {
        return chat.socket(Auction.socket(chat.kept()));
    }

    @Test
    void whatIsBroadcastIsKeptAndComes(ChannelCase chat) {
        Joined bidder = connect(chat).subscribeAndJoin(TOPIC);
        var ref = bidder.push("bid", new Bid(5));
        bidder.assertPushes("bid", new Bid(5)).assertBroadcast("bid", new Bid(5));
        String position = chat.assertKept(TOPIC, "bid", new Bid(5));
        bidder.assertReply(ref, "ok", Map.of("position", position));
        assertThat(bidder.position()).isEqualTo(position);
        chat.refuteKept(TOPIC, "bid", new Bid(6));
        chat.refuteKept(TOPIC, "said");
    }

    @Test
    void aJoinMayWaitForTheJournal(ChannelCase chat) {
        var spec = ChannelSpec.builder(Object::new)
                .join((channel, socket) -> JoinResult.ok(Map.of(
                        "kept", chat.journal().latest(socket.topic()).join().isPresent())))
                .build();
        chat.endpoint().broadcast(TOPIC, "bid", new Bid(1));
        chat.socket("auction:*", spec).tryJoin(TOPIC).assertOk(Map.of("kept", true));
    }

    @Test
    void whoComesBackGetsWhatItMissedInOrder(ChannelCase chat) {
        Joined first = connect(chat).join(TOPIC);
        assertThat(chat.kept().broadcast(TOPIC, "bid", new Bid(1))).isNotNull();
        chat.endpoint().broadcast(TOPIC, "bid", new Bid(2));
        first.assertPushes("bid", new Bid(1), new Bid(2));
        first.close();
        for (int n = 3; n <= 5; n++) {
            chat.endpoint().broadcast(TOPIC, "bid", new Bid(n));
        }
        Joined again = connect(chat).resumeFrom(first.position(), TOPIC);
        again.assertRecovered()
                .assertPushes(pushed("bid", new Bid(3)), pushed("bid", new Bid(4)), pushed("bid", new Bid(5)));
        chat.endpoint().broadcast(TOPIC, "bid", new Bid(6));
        again.assertPushes("bid", new Bid(6));
    }

    @Test
    void bytesBringTheirPosition(ChannelCase chat) {
        Joined client = connect(chat).join(TOPIC);
        String before = client.position();
        chat.endpoint().broadcast(TOPIC, "photo", new byte[] {1, 2});
        client.assertPushes("photo", new byte[] {1, 2});
        assertThat(client.position()).isNotEqualTo(before).endsWith(":1");
    }

    @Test
    void theReplyIsTheChannelsOwn(ChannelCase chat) {
        connect(chat).tryJoin(TOPIC).assertOk(Map.of("open", true));
        connect(chat).tryJoin(TOPIC, Map.of("position", "nonsense")).assertOk(Map.of("open", true));
    }

    @Test
    void whatIsTooOldIsNotRecovered(ChannelCase chat) {
        Joined first = connect(chat).join(TOPIC);
        chat.endpoint().broadcast(TOPIC, "bid", new Bid(1));
        chat.endpoint().broadcast(TOPIC, "bid", new Bid(2));
        chat.clock().advance(Duration.ofHours(2));
        chat.refuteKept(TOPIC, "bid");
        Joined again = connect(chat).resumeFrom("zzz:1", TOPIC);
        again.refuteRecovered().refutePush();
        Joined later = connect(chat).resumeFrom(again.position(), TOPIC, Map.of("more", 1));
        later.assertRecovered().refutePush();
        first.assertPushes("bid", new Bid(1), new Bid(2));
    }

    @Test
    void aNodeThatStartsAgainKnowsWhatWasKept() {
        MemoryStore store = MemoryStore.create();
        String position;
        try (ChannelCase before = kept().store(store).build()) {
            Joined client = connect(before).join(TOPIC);
            before.endpoint().broadcast(TOPIC, "bid", new Bid(1));
            position = client.position();
            client.close();
            before.endpoint().broadcast(TOPIC, "bid", new Bid(2));
        }
        try (ChannelCase after = kept().store(store).build()) {
            connect(after).resumeFrom(position, TOPIC).assertRecovered().assertPushes("bid", new Bid(2));
        }
    }

    @Test
    void nodesThatShareAStoreHaveTheSameOrder() {
        TestCluster cluster = TestCluster.seed(7);
        VirtualClock clock = cluster.clock();
        MemoryStore store = MemoryStore.create();
        try (ChannelCase one = node(cluster, "one@test", store);
                ChannelCase two = node(cluster, "two@test", store)) {
            Joined here = connect(one).join(TOPIC);
            Joined there = connect(two).join(TOPIC);
            clock.advance(Duration.ofSeconds(1));
            for (int n = 1; n <= 10; n++) {
                (n % 2 == 0 ? one : two).endpoint().broadcast(TOPIC, "bid", new Bid(n));
                clock.settle();
            }
            clock.advance(Duration.ofSeconds(10));
            here.assertPushes("bid", bids());
            there.assertPushes("bid", bids());
        }
    }

    private static ChannelCase node(TestCluster cluster, String name, MemoryStore store) {
        return kept().store(store)
                .clock(cluster.clock())
                .endpoint(endpoint -> endpoint.cluster(cluster.node(name)))
                .build();
    }

    private static Object[] bids() {
        return IntStream.rangeClosed(1, 10).mapToObj(Bid::new).toArray();
    }

    @Test
    void theJournalIsThereWithoutKeptTopics() {
        try (ChannelCase plain = ChannelCase.create()) {
            var appended = plain.journal().append("tally", "counted", Payload.EMPTY);
            plain.settle();
            assertThat(appended).isCompleted();
            assertThatThrownBy(plain::kept)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "kept: no topic is (expected: ChannelCase.builder().keep(kept -> kept.keep(\"room:*\", …)))");
        }
    }

    @Test
    void failuresShowTheHistory(ChannelCase chat) {
        chat.endpoint().broadcast(TOPIC, "bid", new Bid(1));
        assertThatThrownBy(() -> chat.assertKept(TOPIC, "bid", new Bid(2)))
                .isInstanceOf(AssertionError.class)
                .message()
                .startsWith("assertKept on auction:1\n  expected: bid {\"amount\":2}\n  got:      ")
                .contains(":1 bid {\"amount\":1}\n  history of auction:1:\n    ");
        assertThatThrownBy(() -> chat.refuteKept(TOPIC, "bid"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected: no bid");
        assertThatThrownBy(() -> chat.assertKept("room:1", "bid", new Bid(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic: room:1 (expected: one that ChannelCase.Builder.keep has a pattern for)");
        Joined client = connect(chat).join(TOPIC);
        assertThatThrownBy(client::assertRecovered)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("told nothing of that");
        assertThatThrownBy(() -> connect(chat).join("room:1").position())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected: that of a kept topic");
    }
}
