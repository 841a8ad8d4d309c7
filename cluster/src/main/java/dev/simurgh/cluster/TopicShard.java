package dev.simurgh.cluster;

import dev.simurgh.pubsub.Broadcast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A part of all topics, by hash: who wants their broadcasts, and which were made lately.
 *
 * <p>The news that a node has got its first subscriber for a topic takes time to travel. A broadcast made on another node in that time
 * would not be sent there, although its subscriber was there first, and sending everything to everybody would have reached it. So what
 * was not sent to all nodes is kept for a while, and what is missed is sent as soon as the news arrives. The receiver drops it if it was
 * made before the subscription.
 *
 * <p>All is guarded by the shard: looking up who wants a broadcast, sending and remembering it are one step, and so are learning of a
 * subscription and sending what it has missed. Else one could fall between the steps of the other. It is held for a map look-up and an
 * append to the queue of each link; no link blocks. What goes over all topics, to tell or to forget them, holds it for some hundred
 * topics at a time, since event loops wait for it.
 */
final class TopicShard {
    private static final int TABLE_PART_BYTES = 8 * 1024;
    private static final int PART_TOPICS = 512;

    // Both change inside the lock only, but are gone through outside.

    private final Map<String, KnownTopic> knownTopics = new ConcurrentHashMap<>();
    /** The topics with subscribers on this node, with the time of the first subscription. */
    private final Map<String, Long> local = new ConcurrentHashMap<>();

    /** How many of the known topics other nodes want; changes inside the lock only. */
    private volatile int remoteTopics;

    private final Memory memory = new Memory(knownTopics);
    private final Peers peers;
    private final News news;

    TopicShard(Peers peers, News news) {
        this.peers = peers;
        this.news = news;
    }

    // Broadcasts.

    synchronized void broadcast(Broadcast broadcast, long now) {
        memory.forgetOld(now); // first, since what is known of a topic may go with it
        Peers.View present = peers.view();
        KnownTopic known = knownTopics.get(broadcast.topic());
        Peer[] wanting = known == null ? Peer.NONE : known.peers;
        for (Peer peer : present.unknown) {
            wanting = Peer.plus(wanting, peer);
        }
        if (wanting.length > 0) {
            ClusterMessage message = ClusterMessage.broadcast(broadcast);
            for (Peer peer : wanting) {
                peer.sendBroadcast(message);
            }
        }
        if (wanting.length < present.all.length) {
            memory.add(broadcast, known, present.all, wanting, now);
        }
    }

    /** Sends to one node, behind what it would get late: this must not overtake that. */
    synchronized void directBroadcast(Peer peer, Broadcast broadcast, long now) {
        memory.forgetOld(now);
        KnownTopic known = knownTopics.get(broadcast.topic());
        if (known != null) {
            sendMissed(peer, known, now);
        }
        peer.sendBroadcast(ClusterMessage.broadcast(broadcast));
    }

    private void sendMissed(Peer peer, KnownTopic known, long now) {
        for (Recent recent = known.oldest; recent != null; recent = recent.nextOfTopic) {
            if (Peer.contains(recent.present, peer) && !Peer.contains(recent.sentTo, peer)) {
                recent.sentTo = Peer.plus(recent.sentTo, peer);
                peer.sendBroadcast(late(recent, now));
            }
        }
    }

    private static ClusterMessage late(Recent recent, long now) {
        long age = Math.max(0, now - recent.madeAt);
        return ClusterMessage.late(recent, age);
    }

    /** Forgets broadcasts that nobody has a claim to any more: what is too old, or all, if no other node is left. */
    synchronized void forgetUnclaimed(long now) {
        if (peers.all().length == 0) {
            memory.forgetAll();
        } else {
            memory.forgetOld(now);
        }
    }

    // The topics of others.

    /** Learns that a node wants a topic, and sends it what it has missed. */
    synchronized void added(Peer peer, String topic, long now) {
        memory.forgetOld(now);
        KnownTopic known = knownTopics.computeIfAbsent(topic, KnownTopic::new);
        want(known, Peer.plus(known.peers, peer));
        sendMissed(peer, known, now);
    }

    synchronized void removed(Peer peer, String topic) {
        KnownTopic known = knownTopics.get(topic);
        if (known != null) {
            remove(peer, known);
        }
    }

    private void remove(Peer peer, KnownTopic known) {
        want(known, Peer.minus(known.peers, peer));
        if (known.isIdle()) {
            knownTopics.remove(known.topic, known);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // inside the lock only
    private void want(KnownTopic known, Peer[] peers) {
        remoteTopics += Integer.signum(peers.length) - Integer.signum(known.peers.length);
        known.peers = peers;
    }

    /** Forgets what a node wants, but for these topics. Meanwhile it must add none. */
    void retain(Peer peer, Set<String> topics) {
        List<KnownTopic> part = new ArrayList<>();
        for (KnownTopic known : knownTopics.values()) {
            if (!topics.contains(known.topic)) {
                part.add(known);
            }
            if (part.size() == PART_TOPICS) {
                removeAll(peer, part);
                part.clear();
            }
        }
        removeAll(peer, part);
    }

    private synchronized void removeAll(Peer peer, List<KnownTopic> part) {
        part.forEach(known -> remove(peer, known));
    }

    /** For any thread. */
    int remoteTopics() {
        return remoteTopics;
    }

    // The topics of this node.

    synchronized void subscribed(String topic, long now) {
        local.put(topic, now);
        news.added(topic); // inside the lock, so that none gets its table without a topic and then no news of it
    }

    synchronized void unsubscribed(String topic) {
        local.remove(topic);
        news.removed(topic);
    }

    /**
     * Tells a node all topics of this shard. A topic that is removed meanwhile is told before its removal or not at all. One that is added
     * meanwhile is told as news; it may be told twice, which changes nothing.
     */
    void tellAll(Peer peer) {
        Map<String, byte[]> part = new HashMap<>();
        int bytes = 0;
        for (String topic : local.keySet()) {
            byte[] name = Texts.encode(topic);
            part.put(topic, name);
            bytes += name.length;
            if (bytes > TABLE_PART_BYTES) {
                tellPart(peer, part);
                part.clear();
                bytes = 0;
            }
        }
        tellPart(peer, part);
    }

    private synchronized void tellPart(Peer peer, Map<String, byte[]> part) {
        part.keySet().retainAll(local.keySet());
        if (!part.isEmpty()) {
            peer.sendNews(ClusterMessage.topics(0, ++peer.toldPart, List.copyOf(part.values())));
        }
    }

    /** Tells whether a broadcast that was made so long ago came behind the first subscription here. */
    synchronized boolean wantsLate(String topic, long ageNanos, long now) {
        Long since = local.get(topic);
        return since != null && now - ageNanos - since >= 0;
    }
}
