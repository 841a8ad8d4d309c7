package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A join whose topic other nodes can reach only when a broker has confirmed it. */
@ParameterizedClass
@EnumSource(Setup.class)
class LateClusterTest {
    private final LateCluster cluster = new LateCluster();
    private final Rig rig;

    LateClusterTest(Setup setup) {
        rig = new Rig(setup)
                .endpoint(builder -> builder.cluster(cluster))
                .channel(
                        "room:*",
                        spec -> spec.join((channel, socket) -> {
                                    rig().journal.add("join");
                                    return JoinResult.ok();
                                })
                                .handleIn("say", (channel, socket) -> Result.ok(Map.of())));
    }

    private Rig rig() {
        return rig;
    }

    private Client joining() {
        Client client = rig.connect().join("1", "room:1");
        rig.settle();
        return client;
    }

    @Test
    void theAnswerWaitsForIt() {
        Client client = joining();
        assertThat(client.received()).isEmpty();
        assertThat(rig.journalTaken()).containsExactly("join");
        cluster.confirms();
        assertThat(client.received()).containsExactly(client.ok("1", "room:1"));
        assertThat(rig.journalTaken()).isEmpty();
        assertThat(rig.timers.waiting()).isZero();
        assertThat(rig.endpoint().channelCount()).isOne();
    }

    @Test
    void whatTheClientSendsMeanwhileIsHandledBehindIt() {
        Client client = joining();
        client.push("2", "room:1", "say").push("3", "room:1", "say");
        assertThat(client.received()).isEmpty();
        cluster.confirms();
        assertThat(client.received())
                .containsExactly(client.ok("1", "room:1"), client.ok("2", "room:1"), client.ok("3", "room:1"));
    }

    @Test
    void whatIsBroadcastMeanwhileComesBehindTheAnswer() {
        Client client = joining();
        cluster.broadcasts(Broadcast.of("room:1", "news", Payload.EMPTY));
        assertThat(client.received()).isEmpty();
        cluster.confirms();
        assertThat(client.received()).hasSize(2).first().isEqualTo(client.ok("1", "room:1"));
    }

    @Test
    void othersOfTheTopicWaitForTheSameAnswer() {
        Client first = joining();
        Client second = joining();
        assertThat(cluster.topics).containsExactly("room:1");
        cluster.confirms();
        assertThat(first.received()).containsExactly(first.ok("1", "room:1"));
        assertThat(second.received()).containsExactly(second.ok("1", "room:1"));
    }

    @Test
    void aTopicThatIsNotSubscribedToIsNotJoined() {
        Client client = joining();
        rig.listener.take();
        cluster.refuses();
        assertThat(client.received()).containsExactly(client.error("1", "room:1", "topic unavailable"));
        assertThat(rig.journalTaken()).containsExactly("join", "terminate java.lang.IllegalStateException: no broker");
        assertThat(rig.endpoint().channelCount()).isZero();
        assertThat(cluster.topics).isEmpty();
        assertThat(rig.timers.waiting()).isZero();
        assertThat(rig.listener.heard).contains("joined room:1 CRASHED");
        client.join("2", "room:1");
        rig.settle();
        cluster.confirms();
        assertThat(client.received()).containsExactly(client.ok("2", "room:1"));
    }

    /** As everywhere else: it does not know why it ends. */
    @Test
    void terminateMayPushAndBroadcastAlsoThen() {
        rig.channel(
                "left:*",
                spec -> spec.terminate((channel, reason, socket) -> {
                    socket.push("bye", Map.of());
                    socket.broadcast("left", Map.of());
                    rig.journal.add("terminated");
                }));
        Client client = rig.connect().join("1", "left:1");
        rig.settle();
        cluster.refuses();
        assertThat(client.received()).containsExactly(client.error("1", "left:1", "topic unavailable"));
        assertThat(rig.journalTaken()).containsExactly("terminated");
    }

    @Test
    void anAnswerThatDoesNotComeIsATimeout() {
        Client client = joining();
        rig.advance(Duration.ofSeconds(10));
        assertThat(client.received()).containsExactly(client.error("1", "room:1", "join timeout"));
        assertThat(rig.journalTaken()).containsExactly("join", "terminate join timeout");
        assertThat(rig.endpoint().channelCount()).isZero();
        assertThat(cluster.topics).isEmpty();
        cluster.confirms();
        assertThat(client.received()).isEmpty();
    }

    @Test
    void aClientThatGoesMeanwhileLeavesNothing() {
        Client client = joining();
        client.vanish();
        rig.settle();
        assertThat(rig.journalTaken()).containsExactly("join", "terminate connection closed");
        assertThat(rig.endpoint().channelCount()).isZero();
        assertThat(rig.timers.waiting()).isZero();
        assertThat(cluster.topics).isEmpty();
    }

    @Test
    void aClientThatHasGoneIsNotKeptForAnAnswerThatOthersWaitFor() {
        Client stays = joining();
        Client client = joining();
        WeakReference<Connection> gone = new WeakReference<>(client.connection);
        client.vanish();
        rig.settle();
        client = stays;
        assertThat(DrainTest.isCollected(gone)).isTrue();
        cluster.confirms();
        assertThat(client.received()).containsExactly(client.ok("1", "room:1"));
    }

    @Test
    void aNewerJoinTakesItsPlace() {
        Client client = joining();
        client.join("2", "room:1");
        rig.settle();
        cluster.confirms();
        assertThat(client.received()).contains(client.ok("2", "room:1"));
        assertThat(rig.endpoint().channelCount()).isOne();
        assertThat(rig.journalTaken()).containsOnlyOnce("terminate duplicate join");
    }

    @Test
    void aJoinThatIsSubscribedFirstIsAskedBehindTheAnswer() {
        rig.channel(
                "first:*",
                spec -> spec.subscribeFirst().join((channel, socket) -> {
                    rig.journal.add("join");
                    return JoinResult.ok();
                }));
        Client client = rig.connect().join("1", "first:1");
        rig.settle();
        assertThat(rig.journalTaken()).isEmpty();
        cluster.confirms();
        assertThat(client.received()).containsExactly(client.ok("1", "first:1"));
        assertThat(rig.journalTaken()).containsExactly("join");
    }

    @Test
    void aJoinThatIsSubscribedFirstIsNotAskedWhereThatFails() {
        rig.channel("first:*", ChannelSpec.Builder::subscribeFirst);
        Client client = rig.connect().join("1", "first:1");
        rig.settle();
        cluster.refuses();
        assertThat(client.received()).containsExactly(client.error("1", "first:1", "topic unavailable"));
        assertThat(rig.journalTaken()).isEmpty();
        assertThat(rig.endpoint().channelCount()).isZero();
    }

    @Test
    void aClientThatGoesBeforeItsJoinIsAskedLeavesNothing() {
        rig.channel("first:*", ChannelSpec.Builder::subscribeFirst);
        Client client = rig.connect().join("1", "first:1");
        rig.settle();
        client.vanish();
        rig.settle();
        assertThat(rig.journalTaken()).containsExactly("terminate connection closed");
        assertThat(rig.endpoint().channelCount()).isZero();
        assertThat(cluster.topics).isEmpty();
        cluster.confirms();
        rig.settle();
        assertThat(rig.endpoint().channelCount()).isZero();
    }

    @Test
    void aClientThatLeavesBeforeItsJoinIsAskedEndsItOnce() {
        rig.channel("first:*", ChannelSpec.Builder::subscribeFirst);
        Client client = rig.connect().join("1", "first:1").leave("2", "first:1");
        rig.settle();
        rig.advance(Duration.ofSeconds(10));
        assertThat(client.received()).first().isEqualTo(client.error("1", "first:1", "join timeout"));
        assertThat(rig.journalTaken()).hasSize(1);
        assertThat(rig.endpoint().channelCount()).isZero();
    }
}
