package dev.simurgh.cluster;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import java.util.List;

/** Makes messages for tests of carriers: broadcasts of some bytes. */
public final class TestMessages {
    private TestMessages() {}

    public static ClusterMessage of(byte[] bytes) {
        return ClusterMessage.broadcast(Broadcast.ofAny("t", "e", Payload.binary(bytes)));
    }

    /** A part of a table. */
    public static ClusterMessage topics(boolean first) {
        return ClusterMessage.topics(first ? ClusterMessage.FIRST : 0, 1, List.of(new byte[] {'t'}));
    }
}
