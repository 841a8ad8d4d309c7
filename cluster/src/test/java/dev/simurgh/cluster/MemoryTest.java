package dev.simurgh.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.pubsub.Broadcast;
import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node remembers for news that is on its way, and for how long. */
class MemoryTest {
    private static final int MANY = 10_000;

    private final Net net = new Net();
    private final Net.Node a;
    private final Net.Node b;

    MemoryTest() {
        List<Net.Node> nodes = net.nodes("a@h", "b@h");
        a = nodes.get(0);
        b = nodes.get(1);
    }

    @Test
    void whatIsTooOldIsForgotten() {
        b.subscribe("t");
        a.broadcast("t", "old");
        net.now += Memory.NANOS + 1;
        a.broadcast("t", "new");
        net.deliver();
        assertThat(b.inbox).containsExactly("t new");
    }

    @Test
    void noMoreThanSoManyBytesAreRemembered() {
        b.subscribe("t");
        Payload big = Payload.binary(new byte[(int) Memory.MOST_BYTES / 2]);
        for (int i = 0; i < 3; i++) {
            a.pubsub().broadcast(Broadcast.of("t", "e" + i, big));
        }
        net.deliver();
        assertThat(b.inbox).containsExactly("t e2");
    }

    @Test
    void whatNobodyWantsIsForgottenWithItsTopic() {
        for (int i = 0; i < 10_000; i++) {
            a.broadcast("topic " + i, "e");
        }
        net.now += Memory.NANOS + 1;
        a.broadcast("t", "e");
        net.now += 1;
        Net.Node late = net.node("late@h");
        late.start();
        net.meet(a, late);
        net.deliver();
        assertThat(late.inbox).isEmpty();
        assertThat(a.mesh.stats().remoteTopics()).isZero();
    }

    @Test
    void eachBroadcastCountsWithWhatItTakesBesidesItsPayload() {
        b.subscribe("t");
        for (int i = 0; i < MANY; i++) {
            a.broadcast("t", "e" + i);
        }
        net.deliver();
        assertThat(b.inbox).hasSizeBetween(3500, 4200).endsWith("t e" + (MANY - 1));
    }

    @Test
    void topicsAndEventsCount() {
        String name = "x".repeat(4000);
        b.subscribe(name);
        for (int i = 0; i < MANY; i++) {
            a.broadcast(name, i + name);
        }
        net.deliver();
        assertThat(b.inbox).hasSizeBetween(50, (int) Memory.MOST_BYTES / 8000);
    }

    @Test
    void whatAloneIsTooBigIsNotRememberedAndPushesNothingOut() {
        b.subscribe("t");
        a.broadcast("t", "small");
        a.pubsub().broadcast(Broadcast.of("t", "big", Payload.binary(new byte[(int) Memory.MOST_BYTES])));
        a.broadcast("t", "after");
        a.pubsub().broadcast(Broadcast.of("new", "big", Payload.binary(new byte[(int) Memory.MOST_BYTES])));
        net.deliver();
        assertThat(b.inbox).containsExactly("t small", "t after");
    }

    @Test
    void theFrameThatASmallPayloadCameInIsNotHeld() {
        b.subscribe("json");
        b.subscribe("binary");
        assertFreed(broadcastOutOfBigFrame());
        net.wire(b, a).deliver();
        List<ClusterMessage> late = net.wire(a, b).sent.stream()
                .filter(message -> message.kind() == ClusterMessage.Kind.BROADCAST)
                .toList();
        assertThat(late)
                .hasSize(2)
                .allSatisfy(message -> assertThat(message.bytes()).endsWith('{', '}'));
    }

    private WeakReference<byte[]> broadcastOutOfBigFrame() {
        byte[] frame = new byte[100_000];
        frame[10] = '{';
        frame[11] = '}';
        a.pubsub().broadcast(Broadcast.of("json", "e", Payload.json(frame, 10, 2)));
        a.pubsub().broadcast(Broadcast.of("binary", "e", Payload.binary(frame, 10, 2)));
        return new WeakReference<>(frame);
    }

    @Test
    void theFramesForClientsAreNotHeld() {
        b.subscribe("t");
        assertFreed(broadcastWithFrames());
        net.deliver();
        assertThat(b.inbox).containsExactly("t e");
    }

    private WeakReference<Broadcast> broadcastWithFrames() {
        Broadcast broadcast = Broadcast.of("t", "e", Payload.EMPTY);
        a.pubsub().broadcast(broadcast);
        assertThat(broadcast.frame(Serializers.V2)).isNotNull();
        return new WeakReference<>(broadcast);
    }

    @Test
    void nothingIsHeldWhenNoOtherNodeIsLeft() {
        WeakReference<byte[]> held = broadcastOfItsOwnArray("t");
        net.part(a, b);
        assertFreed(held);
    }

    @Test
    void nothingIsHeldByANodeThatHasLeft() {
        WeakReference<byte[]> held = broadcastOfItsOwnArray("t");
        a.pubsub().close();
        assertFreed(held);
    }

    @Test
    void whatIsTooOldGoesWithTheNextBroadcastEvenIfThatIsSentToAll() {
        WeakReference<byte[]> held = broadcastOfItsOwnArray("t");
        b.subscribe("t");
        net.deliver();
        net.now += Memory.NANOS + 1;
        a.broadcast("t", "e");
        assertFreed(held);
    }

    private WeakReference<byte[]> broadcastOfItsOwnArray(String topic) {
        byte[] array = new byte[100];
        a.pubsub().broadcast(Broadcast.of(topic, "e", Payload.binary(array)));
        return new WeakReference<>(array);
    }

    private static void assertFreed(WeakReference<?> held) {
        for (int i = 0; i < 10 && held.get() != null; i++) {
            System.gc();
        }
        assertThat(held.get()).isNull();
    }

    @Test
    void aDirectBroadcastDoesNotOvertakeWhatIsMissed() {
        b.subscribe("t");
        a.broadcast("t", "1");
        a.broadcast("other", "unwanted");
        a.pubsub().directBroadcast("b@h", Broadcast.of("t", "2", Payload.EMPTY));
        a.broadcast("t", "3");
        net.deliver();
        assertThat(b.inbox).containsExactly("t 1", "t 2", "t 3");
        assertThat(net.wire(a, b).broadcasts()).containsExactly("t 1", "t 2", "t 3");
    }

    @Test
    void aLateOneThatIsRefusedCountsAsRefusedOnly() {
        b.subscribe("t");
        a.broadcast("t", "1");
        net.wire(a, b).full = true;
        net.deliver();
        assertThat(a.mesh.stats().refused()).isEqualTo(1);
        assertThat(b.mesh.stats().received()).isZero();
    }
}
