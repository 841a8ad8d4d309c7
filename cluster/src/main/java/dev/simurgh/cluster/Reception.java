package dev.simurgh.cluster;

import dev.simurgh.cluster.spi.Carrier;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Traceparent;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.NodeId;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Understands what other nodes say. What comes from one node is handled one message at a time. */
final class Reception {
    private static final Logger log = LoggerFactory.getLogger(Reception.class);

    private final Mesh mesh;
    private final Peers peers;
    private final News news;
    private final Carrier carrier;
    private final Counters counters;

    Reception(Mesh mesh, Peers peers, News news, Carrier carrier, Counters counters) {
        this.mesh = mesh;
        this.peers = peers;
        this.news = news;
        this.carrier = carrier;
        this.counters = counters;
    }

    void received(Peer peer, byte[] array, int offset, int length) {
        ClusterReader in = new ClusterReader(array, offset, length);
        try {
            for (int kind = in.next(); kind >= 0 && !peer.dropped; kind = in.next()) {
                take(peer, kind, in);
            }
        } catch (ClusterReader.Malformed e) {
            counters.malformed.increment();
            if (!peer.misunderstood) {
                peer.misunderstood = true;
                log.warn("node {} sends what is no message: {}; not logged again", peer, e.getMessage());
            }
        }
    }

    private void take(Peer peer, int code, ClusterReader in) throws ClusterReader.Malformed {
        ClusterMessage.Kind kind = ClusterMessage.Kind.of(code);
        if (kind == null) {
            counters.unknown.increment();
            return;
        }
        switch (kind) {
            case BROADCAST -> takeBroadcast(in);
            case MESSAGE -> takeMessage(peer, in);
            case TOPIC_ADDED -> takeAdded(peer, in);
            case TOPIC_REMOVED -> takeRemoved(peer, in);
            case TOPICS -> takeTable(peer, in);
            case HELLO -> takeHello(peer, in);
            case NUMBER -> follows(peer, peer.following.isAt(in.varint()));
            case AGAIN -> mesh.introduceAgain(peer);
            case ASK -> {
                if (peer.greeted) { // else it is about to be told all
                    news.tellNumber(peer);
                }
            }
        }
    }

    private void takeHello(Peer peer, ClusterReader in) throws ClusterReader.Malformed {
        int version = in.u16();
        int oldest = in.u16();
        String name = in.text();
        if (oldest > ClusterMessage.VERSION || version < ClusterMessage.OLDEST) {
            log.error(
                    "node {} speaks versions {} to {} (expected: {} to {}): it is not connected",
                    name,
                    oldest,
                    version,
                    ClusterMessage.OLDEST,
                    ClusterMessage.VERSION);
            mesh.drop(peer);
            return;
        }
        long start = in.varint();
        if (start > NodeId.MAX_START) {
            throw new ClusterReader.Malformed("a start number of " + start);
        }
        if (!peer.greeted) {
            // It may have been told hello before it knew this node, so once more. Only now is it sure to hear the rest.
            peer.greeted = true;
            mesh.introduceTo(peer);
        }
        if (peer.id == null) {
            mesh.named(peer, new NodeId(name, start));
        }
    }

    // Its topics.

    private void takeAdded(Peer peer, ClusterReader in) throws ClusterReader.Malformed {
        long number = in.varint();
        String topic = in.text();
        if (follows(peer, peer.following.news(number))) {
            added(peer, topic);
        }
    }

    private void takeRemoved(Peer peer, ClusterReader in) throws ClusterReader.Malformed {
        long number = in.varint();
        String topic = in.text();
        if (follows(peer, peer.following.news(number))) {
            peer.following.removed(topic);
            mesh.shard(topic).removed(peer, topic);
        }
    }

    private void takeTable(Peer peer, ClusterReader in) throws ClusterReader.Malformed {
        int flags = in.u8();
        long number = in.varint();
        if ((flags & ClusterMessage.FIRST) != 0) {
            peer.following.begins(number);
        } else if (!follows(peer, peer.following.part(number))) {
            return;
        }
        while (in.hasMore()) {
            added(peer, in.text());
        }
        if ((flags & ClusterMessage.LAST) != 0) {
            mesh.retain(peer, peer.following.ends());
            peers.known(peer);
        }
    }

    private void added(Peer peer, String topic) {
        peer.following.added(topic);
        mesh.shard(topic).added(peer, topic, carrier.nanoTime());
    }

    /** Tells whether it is to be taken. If something before it was lost, the peer is sent everything until it has told all anew. */
    private boolean follows(Peer peer, Following.Step step) {
        if (step == Following.Step.GAP) {
            counters.gaps.increment();
            if (!peer.hasGaps) {
                peer.hasGaps = true;
                log.warn("node {}: news of its topics was lost; asking for all of them; not logged again", peer);
            }
            peers.unknown(peer);
            peer.send(ClusterMessage.again());
        }
        return step == Following.Step.TAKE;
    }

    // What it broadcasts, and says to parts of this node.

    private void takeBroadcast(ClusterReader in) throws ClusterReader.Malformed {
        int flags = in.u8();
        long ageNanos = -1;
        String position = null;
        String traceparent = null;
        for (ClusterReader extras = in.extras(); extras.hasMore(); ) {
            int tag = extras.u8();
            ClusterReader extra = extras.extra();
            if (tag == ClusterMessage.AGE) {
                ageNanos = TimeUnit.MICROSECONDS.toNanos(extra.varint());
            } else if (tag == ClusterMessage.POSITION) {
                position = extra.restAsText();
            } else if (tag == ClusterMessage.TRACEPARENT) {
                traceparent = extra.restAsText();
            }
        }
        String topic = in.text();
        String event = in.text();
        byte[] bytes = in.rest();
        counters.received.increment();
        if (ageNanos >= 0) {
            if (!mesh.shard(topic).wantsLate(topic, ageNanos, carrier.nanoTime())) {
                return;
            }
            counters.late.increment();
        }
        Payload payload =
                (flags & ClusterMessage.BINARY) != 0 ? Payload.binary(bytes) : Payload.json(bytes, 0, bytes.length);
        Broadcast broadcast;
        try {
            Broadcast without = Broadcast.ofAny(topic, event, payload);
            Broadcast placed = position == null ? without : without.at(position);
            broadcast = traced(placed, traceparent);
        } catch (IllegalArgumentException e) {
            throw new ClusterReader.Malformed("a broadcast that cannot be sent on: " + e.getMessage());
        }
        mesh.receiver().broadcast(broadcast);
    }

    private static Broadcast traced(Broadcast broadcast, @Nullable String traceparent) {
        return traceparent != null && Traceparent.of(traceparent).isPresent()
                ? broadcast.tracedBy(traceparent)
                : broadcast;
    }

    private void takeMessage(Peer peer, ClusterReader in) throws ClusterReader.Malformed {
        in.extras(); // none are known
        String kind = in.text();
        NodeId from = peer.id;
        if (from == null || !peer.arrivals.take(mesh.receiver(), from, kind, in.rest())) {
            counters.refused.increment();
        }
    }
}
