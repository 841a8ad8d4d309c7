package dev.simurgh.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages between nodes that are no broadcasts: who takes which, and what became of them. */
final class NodeMessages {
    private static final Logger log = LoggerFactory.getLogger(NodeMessages.class);
    private static final int MAX_KIND_BYTES = 255;

    private final GuardedCluster cluster;
    private final ConcurrentMap<String, MessageHandler> handlers = new ConcurrentHashMap<>();
    private final Seldom seldom = new Seldom();
    private final LongAdder sent = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder failed = new LongAdder();

    NodeMessages(GuardedCluster cluster) {
        this.cluster = cluster;
    }

    void add(String kind, MessageHandler handler) {
        checkKind(kind);
        if (handlers.putIfAbsent(kind, handler) != null) {
            throw new IllegalStateException("kind: " + kind + " has a handler (expected: one for each kind)");
        }
    }

    void remove(String kind) {
        handlers.remove(kind);
    }

    boolean send(NodeId to, String kind, byte[] message) {
        check(kind, message);
        if (to.equals(cluster.self())) {
            throw new IllegalArgumentException("to: " + to + ", this node itself (expected: another one)");
        }
        boolean taken = cluster.send(to, kind, message);
        (taken ? sent : refused).increment();
        return taken;
    }

    int sendToAll(String kind, byte[] message) {
        check(kind, message);
        int all = cluster.nodes().size();
        int taken = cluster.sendToAll(kind, message);
        sent.add(taken);
        refused.add(Math.max(0, all - taken)); // nodes may have come or gone meanwhile
        return taken;
    }

    private static void check(String kind, byte[] message) {
        checkKind(kind);
        if (message.length > Node.MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("message " + kind + ": " + message.length + " bytes (expected: at most "
                    + Node.MAX_MESSAGE_BYTES + "; send it in parts)");
        }
    }

    private static void checkKind(String kind) {
        if (kind.isEmpty() || kind.getBytes(StandardCharsets.UTF_8).length > MAX_KIND_BYTES) {
            throw new IllegalArgumentException("kind: " + kind + " (expected: 1 to " + MAX_KIND_BYTES + " bytes)");
        }
    }

    void received(NodeId from, String kind, byte[] message) {
        received.increment();
        MessageHandler handler = handlers.get(kind);
        if (handler == null) {
            unknown.increment();
            return;
        }
        try {
            handler.received(from, message);
        } catch (Throwable thrown) { // an Error, too, must not end the link that it came by
            failed.increment();
            long before = seldom.leftOut();
            if (before >= 0) {
                log.error(
                        "handler of message {} of {} failed ({} failures before it were not logged)",
                        kind,
                        from,
                        before,
                        thrown);
            }
        }
    }

    MessageStats stats() {
        return new MessageStats(sent.sum(), refused.sum(), received.sum(), unknown.sum(), failed.sum());
    }
}
