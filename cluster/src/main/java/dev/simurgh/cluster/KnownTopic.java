package dev.simurgh.cluster;

import org.jspecify.annotations.Nullable;

/** A topic that other nodes want or that was broadcast to lately. Guarded by its shard. */
final class KnownTopic {
    final String topic;
    Peer[] peers = Peer.NONE;

    @Nullable
    Recent oldest;

    @Nullable
    Recent newest;

    KnownTopic(String topic) {
        this.topic = topic;
    }

    boolean isIdle() {
        return peers.length == 0 && oldest == null;
    }
}
