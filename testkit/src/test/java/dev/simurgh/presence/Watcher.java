package dev.simurgh.presence;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.protocol.Payload;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What {@code Presence} of phoenix.js makes of what one node tells the clients of a topic: from nothing, by its diffs. */
final class Watcher {
    private final Endpoint endpoint;
    /** By key and ref. */
    private final Map<String, Map<String, Object>> list = new TreeMap<>();

    private int diffs;

    Watcher(Endpoint endpoint, String topic) {
        this.endpoint = endpoint;
        endpoint.subscribe(topic, broadcast -> {
            switch (broadcast.event()) {
                case "presence_state" -> {
                    list.clear();
                    join(map(broadcast.payload()));
                }
                case "presence_diff" -> {
                    diffs++;
                    Map<?, ?> diff = map(broadcast.payload());
                    join((Map<?, ?>) member(diff, "joins"));
                    leave((Map<?, ?>) member(diff, "leaves"));
                }
                default -> {}
            }
        });
    }

    private Map<?, ?> map(Payload payload) {
        return payload.as(Map.class, endpoint.codec());
    }

    private static Object member(Map<?, ?> object, String name) {
        return Objects.requireNonNull(object.get(name), name);
    }

    private static List<?> metas(Object presence) {
        return (List<?>) member((Map<?, ?>) presence, "metas");
    }

    private static String ref(Object meta) {
        return (String) member((Map<?, ?>) meta, "phx_ref");
    }

    private void join(Map<?, ?> joins) {
        joins.forEach((key, presence) -> {
            Map<String, Object> metas = list.computeIfAbsent((String) key, any -> new TreeMap<>());
            metas(presence).forEach(meta -> metas.put(ref(meta), member((Map<?, ?>) meta, "n")));
        });
    }

    private void leave(Map<?, ?> leaves) {
        leaves.forEach((key, presence) -> {
            Map<String, Object> metas = list.get(key);
            if (metas != null) {
                metas(presence).forEach(meta -> metas.remove(ref(meta)));
                if (metas.isEmpty()) {
                    list.remove(key);
                }
            }
        });
    }

    /** By key and ref what was tracked. */
    Map<String, Map<String, Object>> list() {
        return list;
    }

    /** How many diffs there were. */
    int diffs() {
        return diffs;
    }
}
