package dev.simurgh.presence;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.fuzz.Strangers;
import dev.simurgh.presence.MessageReader.MalformedException;
import dev.simurgh.presence.PresenceMessage.Changes;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.PubSub;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Any bytes from another node about who is present there: no other node's entries suffer, and when it has gone, all of it has. */
class PresenceFuzzTest {
    private static final Origin HOSTILE = new Origin(new NodeId("hostile@h", 1));
    private static final InMemoryCluster CLUSTER = new InMemoryCluster();
    private static final Presence HERE =
            Presence.builder().diffInterval(Duration.ZERO).build();
    private static final Presence GOOD = Presence.builder().build();

    static {
        start("here@h", HERE).subscribe("t", diff -> {}); // so that there are diffs
        start("good@h", GOOD);
        GOOD.owner().track("t", "good", Map.of());
    }

    private static Endpoint start(String name, Presence presence) {
        return Endpoint.builder()
                .cluster(CLUSTER.node(name))
                .scheduler(Runnable::run)
                .part(presence)
                .build();
    }

    @FuzzTest
    void message(byte[] data) {
        try {
            Optional<PresenceMessage> message = PresenceMessage.decode(data, HOSTILE, topic -> topic);
            if (message.isEmpty()) {
                return;
            }
            byte[] bytes = message.get().encode();
            byte[] again = PresenceMessage.decode(bytes, HOSTILE, topic -> topic)
                    .orElseThrow()
                    .encode();
            if (!Arrays.equals(bytes, again)) {
                throw new AssertionError(message + " of " + bytes.length + " bytes, again as " + again.length);
            }
            if (message.get() instanceof Changes changes && heldBytes(changes.delta()) > 3L * data.length) {
                throw new AssertionError(heldBytes(changes.delta()) + " bytes of " + data.length);
            }
        } catch (MalformedException e) {
            // as is right
        }
    }

    /** A byte that is no character becomes one of three bytes. */
    private static long heldBytes(Delta delta) {
        return delta.entries().stream()
                .mapToLong(entry -> entry.key.length() + entry.meta.length)
                .sum();
    }

    /** The data are messages, each behind its length in two bytes. */
    @FuzzTest
    void peer(byte[] data) {
        PubSub hostile = PubSub.on(CLUSTER.node("hostile@h"));
        for (ByteBuffer in = ByteBuffer.wrap(data); in.remaining() >= 2; ) {
            byte[] message = new byte[Math.min(Short.toUnsignedInt(in.getShort()), in.remaining())];
            in.get(message);
            hostile.node().sendToAll("presence/presence", message);
        }
        requireGood();
        hostile.close();
        requireGood();
        PresenceStats stats = HERE.stats();
        if (HERE.list("t").size() != 1 || stats.replication().nodes() != 1) {
            throw new AssertionError("left behind: " + HERE.list("t") + ", " + stats);
        }
        Strangers.assertNoErrorLogged();
    }

    private static void requireGood() {
        if (HERE.get("t", "good").size() != 1
                || HERE.get("t", "good").get(0).node().start() != 1) {
            throw new AssertionError("a good node's entry is not there: " + HERE.get("t", "good"));
        }
    }
}
