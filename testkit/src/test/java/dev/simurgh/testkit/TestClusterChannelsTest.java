package dev.simurgh.testkit;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Channels on several nodes: what an application would test. */
class TestClusterChannelsTest {
    /** Relays what its client says, and tells each client which node a ping has come to. */
    private static final class RoomChannel {
        private final String nodeName;

        RoomChannel(String nodeName) {
            this.nodeName = nodeName;
        }

        static SocketSpec socket(String nodeName) {
            return SocketSpec.builder()
                    .channel(
                            "room:*",
                            ChannelSpec.builder(() -> new RoomChannel(nodeName))
                                    .handleIn("say", Map.class, RoomChannel::say)
                                    .handleIn("whisper", Map.class, RoomChannel::whisper)
                                    .handleOut("ping", Map.class, RoomChannel::ping)
                                    .build())
                    .build();
        }

        Result say(Map<?, ?> said, Socket socket) {
            socket.broadcast("said", said);
            return Result.noReply();
        }

        Result whisper(Map<?, ?> said, Socket socket) {
            socket.broadcastFrom("said", said);
            return Result.noReply();
        }

        Next ping(Map<?, ?> ping, Socket socket) {
            Map<Object, Object> pinged = new HashMap<>(ping);
            pinged.put("from_node", nodeName);
            socket.push("pinged", pinged);
            return Result.noReply();
        }
    }

    private static final Map<String, Object> HELLO = Map.of("text", "hello");

    private final TestCluster cluster = TestCluster.seed(42);
    private final ChannelCase a = cluster.channelCase("a@host");
    private final ChannelCase b = cluster.channelCase("b@host");
    private final Connected annes = a.socket(RoomChannel.socket("a@host"), "user:anne", Assigns.EMPTY);
    private final Connected bobs = b.socket(RoomChannel.socket("b@host"), "user:bob", Assigns.EMPTY);
    private final Joined anne = annes.subscribeAndJoin("room:1");
    private final Joined bob = bobs.subscribeAndJoin("room:1");

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @Test
    void aBroadcastReachesTheClientsOfAllNodes() {
        anne.push("say", HELLO);
        anne.assertPush("said", HELLO);
        bob.assertPush("said", HELLO);
    }

    @Test
    void broadcastFromReachesAllButTheSender() {
        anne.push("whisper", HELLO);
        anne.refutePush("said");
        bob.assertPush("said", HELLO);
    }

    @Test
    void localAndDirectBroadcastsReachOneNode() {
        a.endpoint().localBroadcast("room:1", "local", HELLO);
        anne.assertPush("local", HELLO);
        bob.refutePush("local");
        assertThat(a.endpoint().directBroadcast("b@host", "room:1", "direct", HELLO))
                .isTrue();
        bob.assertPush("direct", HELLO);
        anne.refutePush("direct");
    }

    @Test
    void anInterceptedBroadcastIsHandledOnTheNodeOfEachClient() {
        a.endpoint().broadcast("room:1", "ping", Map.of());
        anne.assertPush("pinged", Map.of("from_node", "a@host"));
        bob.assertPush("pinged", Map.of("from_node", "b@host"));
    }

    @Test
    void aNameIsDisconnectedWhereverItIs() {
        a.endpoint().disconnect("user:bob");
        b.settle();
        bobs.assertClosed(1001);
        anne.push("say", HELLO);
        anne.assertPush("said", HELLO);
    }

    @Test
    void aMessageTakesItsTime() {
        cluster.delay(ofMillis(5));
        anne.push("say", HELLO);
        cluster.clock().advance(ofMillis(4));
        bob.refutePush("said");
        cluster.clock().advance(ofMillis(1));
        bob.assertPush("said", HELLO);
    }

    @Test
    void aPartitionSplitsATopicAndHealingJoinsIt() {
        cluster.partition(Set.of("a@host"), Set.of("b@host"));
        anne.push("say", HELLO);
        bob.refutePush("said");
        assertThat(a.endpoint().node().list()).isEmpty();
        cluster.heal();
        anne.push("say", HELLO);
        bob.assertPush("said", HELLO);
    }
}
