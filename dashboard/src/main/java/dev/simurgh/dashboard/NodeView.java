package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What goes on at this node. */
final class NodeView {
    private @Nullable Endpoint endpoint;

    EndpointListener listener() {
        return EndpointListener.NONE;
    }

    void start(Endpoint watched) {
        endpoint = watched;
    }

    void stop() {}

    /** What a viewer looks at, of this node. Never blocks; completes on any thread. */
    CompletableFuture<Map<String, Object>> answer(Query query) {
        Map<String, Object> data = new LinkedHashMap<>();
        switch (query.page()) {
            case "overview" -> {
                Map<String, Object> node = new LinkedHashMap<>();
                Endpoint watched = endpoint;
                node.put("name", watched == null ? "" : watched.node().self());
                node.put("connections", watched == null ? 0L : (long) watched.connectionCount());
                data.put("nodes", List.of(node));
                data.put("attention", new ArrayList<>());
                data.put("points", new LinkedHashMap<>());
            }
            case "connections", "topics" -> {
                data.put("total", 0L);
                data.put("matched", 0L);
                data.put("rows", List.of());
            }
            case "channels" -> {
                data.put("channels", List.of());
                data.put("crashes", List.of());
            }
            default -> {}
        }
        return CompletableFuture.completedFuture(data);
    }

    /** The last quarter of an hour: {@code step_s}, {@code end} and {@code series}. */
    CompletableFuture<Map<String, Object>> history() {
        return CompletableFuture.completedFuture(
                new LinkedHashMap<>(Map.of("step_s", 5L, "end", 0L, "series", Map.of())));
    }

    /** Closes a connection of this node; completes with whether it was there. */
    CompletableFuture<Boolean> cut(String id) {
        return CompletableFuture.completedFuture(false);
    }
}
