package dev.simurgh.journal;

import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other nodes which topics are kept here, how long and in which store, and whoever looks into the log if they do it otherwise: a topic that one
 * node keeps and another does not has gaps for its clients.
 */
final class Agreement implements NodeListener {
    private static final Logger log = LoggerFactory.getLogger(Agreement.class);
    static final String KIND = "kept-topics";
    /** Which no topic is called, and nobody writes to: its position is that of the store's beginning. */
    private static final String NO_STREAM = "\u0001simurgh";

    private static final String NO_STORE = "?";

    private final Node node;
    private final Journal journal;
    private final String patterns;
    private final Map<NodeId, String> told = new ConcurrentHashMap<>();
    private volatile String store = NO_STORE;

    Agreement(Node node, Journal journal, KeptPatterns patterns) {
        this.node = node;
        this.journal = journal;
        this.patterns = patterns.toString();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // if the store is not known, that is not compared
    void start() {
        node.addHandler(KIND, this::received);
        node.addListener(this);
        node.sendToAll(KIND, message());
        journal.standing(NO_STREAM, Optional.empty()).whenComplete((standing, failure) -> {
            if (standing != null) {
                store = standing.head().epoch();
                node.sendToAll(KIND, message());
            }
        });
    }

    void stop() {
        node.removeListener(this);
        node.removeHandler(KIND);
    }

    @Override
    public void nodeUp(NodeId other) {
        node.send(other, KIND, message());
    }

    @Override
    public void nodeDown(NodeId other) {
        told.remove(other);
    }

    private byte[] message() {
        return (store + "\n" + patterns).getBytes(StandardCharsets.UTF_8);
    }

    private void received(NodeId from, byte[] message) {
        String[] parts = new String(message, StandardCharsets.UTF_8).split("\n", 2);
        String theirs = parts.length == 2 ? parts[1] : "";
        String text = disagreement(parts[0], theirs);
        if (!text.isEmpty() && !text.equals(told.put(from, text))) {
            log.error("node {} keeps topics otherwise than this one: {}", from.name(), text);
        }
    }

    private String disagreement(String theirStore, String theirs) {
        if (!theirs.equals(patterns)) {
            return "there\n" + theirs + "here\n" + patterns
                    + "(expected: the same KeptTopics.Builder.keep in the same order on all nodes)";
        }
        String ours = store;
        boolean known = !ours.equals(NO_STORE) && !theirStore.equals(NO_STORE);
        return known && !ours.equals(theirStore)
                ? "their store is another (expected: the same database on all nodes; a journal in memory is for one node alone)"
                : "";
    }
}
