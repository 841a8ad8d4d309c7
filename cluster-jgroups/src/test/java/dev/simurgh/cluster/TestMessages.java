package dev.simurgh.cluster;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;

/** Makes messages for tests of carriers: broadcasts of some bytes. */
public final class TestMessages {
    private TestMessages() {}

    public static ClusterMessage of(byte[] bytes) {
        return ClusterMessage.broadcast(Broadcast.ofAny("t", "e", Payload.binary(bytes)));
    }
}
