package dev.simurgh.presence;

import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.TestCluster;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** One life of a node with presences, and what clients there make of what they are told. */
final class PresenceNode implements AutoCloseable {
    final String name;
    final Presence presence;
    final ChannelCase kit;
    private final Map<String, Watcher> watchers = new LinkedHashMap<>();

    PresenceNode(TestCluster cluster, String name, List<String> topics, UnaryOperator<Presence.Builder> setup) {
        this.name = name;
        this.presence = setup.apply(Presence.builder().maxPerOwner(10_000).changesPerSecond(10_000))
                .build();
        this.kit = ChannelCase.builder()
                .clock(cluster.clock())
                .endpoint(endpoint -> endpoint.cluster(cluster.node(name)).part(presence))
                .build();
        topics.forEach(topic -> watchers.put(topic, new Watcher(kit.endpoint(), topic)));
    }

    PresenceNode(TestCluster cluster, String name) {
        this(cluster, name, List.of("t"), builder -> builder);
    }

    Watcher watcher() {
        return watcher("t");
    }

    Watcher watcher(String topic) {
        Watcher watcher = watchers.get(topic);
        if (watcher == null) {
            throw new IllegalArgumentException("topic: " + topic + " (expected: one of " + watchers.keySet() + ")");
        }
        return watcher;
    }

    /** Who is on a topic: by key and ref what was tracked. */
    Map<String, Map<String, Object>> list(String topic) {
        Map<String, Map<String, Object>> list = new TreeMap<>();
        presence.list(topic).forEach((key, metas) -> {
            Map<String, Object> byRef = list.computeIfAbsent(key, any -> new TreeMap<>());
            metas.forEach(meta -> byRef.put(meta.ref(), number(meta)));
        });
        return list;
    }

    static int number(Meta meta) {
        return (int) Objects.requireNonNull(meta.as(Map.class).get("n"));
    }

    Map<String, Map<String, Object>> list() {
        return list("t");
    }

    /** Tracks keys on topic {@code t}, until the answer is closed. */
    PresenceOwner track(String... keys) {
        PresenceOwner owner = presence.owner();
        for (String key : keys) {
            owner.track("t", key, Map.of("n", 0));
        }
        return owner;
    }

    PresenceStats.Replication told() {
        return presence.stats().replication();
    }

    @Override
    public void close() {
        kit.close();
    }
}
