package dev.simurgh.presence;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.presence.MessageReader.MalformedException;
import dev.simurgh.presence.PresenceMessage.Ask;
import dev.simurgh.presence.PresenceMessage.Changes;
import dev.simurgh.presence.PresenceMessage.Gone;
import dev.simurgh.presence.PresenceMessage.Hello;
import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import dev.simurgh.pubsub.SerialLoop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps the lists of all nodes the same. Each node alone changes its entries and numbers its changes; it tells them to all others, which hold copies, and answers those that have missed
 * something. Nobody passes on what is another's: there is nothing to merge, and nothing of a node that has gone can come back. Why, and what holds, is in ADR 0031.
 */
final class Replication implements NodeListener {
    static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Replication.class);
    private static final Duration RETRY = Duration.ofMillis(100);

    final PresenceCounts counts;
    private final String name;
    private final String kind;
    private final Node node;
    private final Timers timers;
    private final ClientLog clientLog;
    private final Registry registry;
    private final ChangeLog changes;
    private final Announcer announcer;
    private final CopyRoom room;
    private final Duration rememberFor;
    private final Endpoint endpoint;
    /** Changed under its own lock. */
    private final Map<NodeId, Peer> peers = new ConcurrentHashMap<>();

    private volatile boolean stopped;
    /** At the last beat: what was changed by then has been told, or somebody has to ask for it. */
    private volatile long versionBefore;

    Replication(
            String name,
            Endpoint endpoint,
            Registry registry,
            ChangeLog changes,
            ReplicationOptions options,
            PresenceCounts counts) {
        this.name = name;
        this.kind = "presence/" + name;
        this.endpoint = endpoint;
        this.node = endpoint.node();
        this.timers = endpoint.timers();
        this.clientLog = endpoint.backstage().clientLog();
        this.registry = registry;
        this.changes = changes;
        this.counts = counts;
        this.room = new CopyRoom(options.maxCopyBytes(), registry::copiedRoomCount);
        this.rememberFor = options.rememberFor();
        this.announcer = new Announcer(registry, changes, timers, options.announceEvery(), this::tellAll);
    }

    void start() {
        try {
            node.addHandler(kind, this::received);
        } catch (IllegalStateException taken) {
            throw new IllegalStateException(
                    name + ": another Presence of this endpoint has this name (expected: one of its own, by"
                            + " Presence.builder().name(name), the same on all nodes)",
                    taken);
        }
        node.addListener(this);
        for (NodeId other : node.others()) {
            nodeUp(other);
            synchronized (peers) { // it may have gone before this listened, and come back by now
                if (!node.others().contains(other)) {
                    nodeDown(other);
                }
            }
        }
        timers.schedule(HEARTBEAT, this::beat);
    }

    /** Tells the others that nobody is here any more. */
    void stop() {
        stopped = true;
        node.removeListener(this);
        node.removeHandler(kind);
        sendToAll(new Gone().encode());
    }

    // Other nodes.

    @Override
    public void nodeUp(NodeId id) {
        synchronized (peers) {
            for (Peer other : peers.values()) {
                if (other.id.name().equals(id.name()) && !other.id.equals(id)) { // its former life
                    other.connected = false;
                    other.end();
                }
            }
            Peer peer = peers.computeIfAbsent(id, this::peer);
            if (!peer.connected) {
                peer.connected = true;
                peer.connected();
            }
        }
    }

    private Peer peer(NodeId id) {
        SerialLoop loop = SerialLoop.on(endpoint.scheduler(), task -> timers.schedule(RETRY, task));
        return new Peer(id, new Copy(registry, room, counts.leftOut), this, loop);
    }

    @Override
    public void nodeDown(NodeId id) {
        synchronized (peers) {
            Peer peer = peers.get(id);
            if (peer != null && peer.connected) {
                peer.connected = false;
                peer.disconnected();
            }
        }
    }

    /** Forgets a node whose copy is empty, unless it has come back meanwhile. */
    void forget(Peer peer) {
        synchronized (peers) {
            if (!peer.connected) {
                peers.remove(peer.id, peer);
            }
        }
    }

    private void received(NodeId from, byte[] message) {
        counts.bytesReceived.add(message.length);
        Peer peer = peers.get(from);
        if (peer != null) {
            peer.received(message);
        }
    }

    // What is said.

    /** Something has changed here. */
    void changed() {
        announcer.changed();
    }

    private void beat() {
        if (!stopped) {
            timers.schedule(HEARTBEAT, this::beat);
            announcer.changed();
            sendToAll(new Hello(Math.max(announcer.told(), versionBefore)).encode());
            versionBefore = changes.version();
        }
    }

    private void tellAll(PresenceMessage message) {
        if (!stopped) {
            counts.deltas.increment();
            sendToAll(message.encode());
        }
    }

    private void sendToAll(byte[] message) {
        counts.bytesSent.add((long) message.length * node.sendToAll(kind, message));
    }

    void answer(NodeId to, Ask ask) {
        Delta delta = registry.locked(() -> changes.answer(ask.since(), ask.base()));
        counts.answers.increment();
        if (delta.from() == 0 && !delta.entries().isEmpty()) {
            counts.fullTransfers.increment();
        }
        send(to, new Changes(delta).encode());
    }

    void ask(NodeId id, Ask ask) {
        counts.asked.increment();
        send(id, ask.encode());
    }

    private void send(NodeId to, byte[] message) {
        if (!stopped && node.send(to, kind, message)) {
            counts.bytesSent.add(message.length);
        }
    }

    /** How many other nodes are connected. */
    int connectedCount() {
        int connected = 0;
        for (Peer peer : peers.values()) {
            connected += peer.connected ? 1 : 0;
        }
        return connected;
    }

    /** How many are away, and remembered. */
    int rememberedCount() {
        int remembered = 0;
        for (Peer peer : peers.values()) {
            remembered += peer.connected ? 0 : 1;
        }
        return remembered;
    }

    /** How much all of them have tracked, as far as it is known here. */
    int copiedCount() {
        int copied = 0;
        for (Peer peer : peers.values()) {
            copied += peer.copy.size();
        }
        return copied;
    }

    CopyRoom room() {
        return room;
    }

    PresenceStats stats(PresenceStats.Own own) {
        return new PresenceStats(
                registry.roomCount(),
                own,
                copiedCount(),
                new PresenceStats.Told(
                        counts.diffs.sum(), counts.states.sum(), counts.missed.sum(), counts.notFetched.sum()),
                new PresenceStats.Replication(
                        connectedCount(),
                        rememberedCount(),
                        room.used(),
                        counts.deltas.sum(),
                        counts.answers.sum(),
                        counts.fullTransfers.sum(),
                        counts.asked.sum(),
                        counts.bytesSent.sum(),
                        counts.bytesReceived.sum(),
                        counts.dropped.sum(),
                        counts.unknown.sum(),
                        counts.malformed.sum(),
                        counts.leftOut.sum()));
    }

    // For peers.

    void malformed(NodeId from, MalformedException what) {
        counts.malformed.increment();
        clientLog.line(
                log,
                Level.WARN,
                "presence: node {} has sent what is no message: {} (expected: the same version of Simurgh, or one that reads it)",
                from.toString(),
                String.valueOf(what.getMessage()));
    }

    String knownTopic(String topic) {
        Room there = registry.room(topic);
        return there == null ? topic : there.topic;
    }

    /** Another node's entry had to be left out. */
    void outOfRoom(NodeId of) {
        clientLog.line(
                log,
                Level.ERROR,
                "presence: no room for all entries of node {}, lists are not complete here (expected: maxCopyBytes for all that the other nodes track)",
                of.toString());
        forgetRemembered();
    }

    /** What is kept for nodes that are away gives way to those that are there. */
    void forgetRemembered() {
        synchronized (peers) {
            for (Peer peer : peers.values()) {
                if (!peer.connected) {
                    peer.end();
                }
            }
        }
    }

    boolean hasRoomFor(long bytes) {
        return room.hasRoomFor(bytes);
    }

    Duration rememberFor() {
        return rememberFor;
    }

    long nanoTime() {
        return timers.nanoTime();
    }

    void later(Duration delay, Runnable task) {
        timers.schedule(delay, task);
    }
}
