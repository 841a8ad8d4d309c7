package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nodes of which there are no numbers: where to look first, before all that the others say of themselves. For any thread. */
final class Absent implements NodeListener {
    static final Duration LATELY = Duration.ofMinutes(5);
    private static final int MOST = 20;

    private final Endpoint endpoint;
    /** When they went, the first first. */
    private final Map<String, Long> gone = new LinkedHashMap<>();

    Absent(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public synchronized void nodeUp(NodeId node) {
        gone.remove(node.name());
    }

    @Override
    public synchronized void nodeDown(NodeId node) {
        gone.remove(node.name());
        gone.put(node.name(), endpoint.timers().nanoTime());
        if (gone.size() > MOST) {
            gone.remove(gone.keySet().iterator().next());
        }
    }

    /** The names of those that have gone a short while ago. */
    private synchronized List<String> gone() {
        long now = endpoint.timers().nanoTime();
        gone.values().removeIf(since -> now - since > LATELY.toNanos());
        return List.copyOf(gone.keySet());
    }

    /** An overview with these nodes, too. */
    Map<String, Object> told(Map<String, Object> overview, List<String> silent) {
        List<Map<String, Object>> nodes = Rows.of(overview, "nodes");
        List<Map<String, Object>> attention = new ArrayList<>();
        for (String node : silent) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", node);
            row.put("self", false);
            row.put("answered", false);
            nodes.add(row);
            attention.add(attention(
                    "bad", node, "silent", "does not answer; its clients and channels are not in these numbers"));
        }
        attention.addAll(Rows.of(overview, "attention"));
        for (String node : gone()) {
            attention.add(attention("warn", node, "gone", "left the cluster, or died, in the last 5 minutes"));
        }
        Map<String, Object> all = new LinkedHashMap<>(overview);
        all.put("nodes", nodes);
        all.put("attention", attention.subList(0, Math.min(MOST, attention.size())));
        return all;
    }

    private static Map<String, Object> attention(String level, String node, String what, String text) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("level", level);
        row.put("node", node);
        row.put("what", what);
        row.put("text", text);
        row.put("page", "");
        row.put("id", "");
        return row;
    }
}
