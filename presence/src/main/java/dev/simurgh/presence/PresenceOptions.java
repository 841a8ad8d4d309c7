package dev.simurgh.presence;

import java.time.Duration;

/** How presences are kept and told; what each means stands at {@link Presence.Builder}. */
record PresenceOptions(
        String name,
        int maxPerTopic,
        int maxTopicBytes,
        int maxPerOwner,
        int changesPerSecond,
        int maxMetaBytes,
        long maxBytes,
        Duration grace,
        ReplicationOptions replication,
        Telling telling) {}
