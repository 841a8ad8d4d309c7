package dev.simurgh.cluster;

import dev.simurgh.cluster.spi.Carrier;
import dev.simurgh.cluster.spi.Link;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster in which each node has a link to each other, over whatever carries messages: a {@link Carrier}.
 *
 * <p>Nodes tell each other which topics they have subscribers for. A broadcast goes once to each node that wants its topic or whose
 * topics are not known yet. A subscription that another node has not heard of yet loses nothing: what was broadcast there since is sent
 * as soon as it has, so a broadcast made anywhere after {@code subscribe} has returned reaches the subscriber, as if everything were
 * sent to everybody. This holds as far as memory reaches: ten seconds, and one MiB for each sixteenth of the topics, in which a broadcast
 * counts some 250 bytes besides its topic, event and payload. One that alone is bigger is not remembered.
 *
 * <p>Delivery is at most once: when a node dies or is cut off, and when it takes messages so slowly that too much waits for it, what it
 * should have got is lost. Broadcasts of one thread to one topic arrive in order, direct ones among them; to several topics they do, too,
 * but for those that were sent late. No method blocks but {@link #start} and {@link #close}.
 */
public final class Mesh implements ClusterAdapter {
    private static final Logger log = LoggerFactory.getLogger(Mesh.class);
    private static final int SHARDS = 16;
    private static final long GREETING_MILLIS = 1000;

    private final Carrier carrier;
    private final String nodeName;
    private final boolean flooding;
    private final Counters counters = new Counters();
    private final Peers peers = new Peers();
    private final TopicShard[] shards = new TopicShard[SHARDS];
    private final Map<Link, Peer> links = new ConcurrentHashMap<>();
    private final Names names = new Names(this::receiver);
    private final CompletableFuture<Void> greeted = new CompletableFuture<>();
    private volatile boolean joined;
    private volatile boolean nameTaken;
    private @Nullable Receiver receiver;

    private Mesh(Carrier carrier, boolean flooding) {
        this.carrier = carrier;
        this.nodeName = carrier.nodeName();
        this.flooding = flooding;
        Arrays.setAll(shards, i -> new TopicShard(peers, counters));
    }

    /** Makes a node, to be given to {@code Endpoint.builder().cluster} or {@code PubSub.on}. */
    public static Mesh on(Carrier carrier) {
        return new Mesh(carrier, false);
    }

    /** Makes a node that sends everything to everybody: to compare with. */
    public static Mesh flooding(Carrier carrier) {
        return new Mesh(carrier, true);
    }

    @Override
    public String nodeName() {
        return nodeName;
    }

    @Override
    public List<String> nodes() {
        return names.sorted();
    }

    /** What was counted so far. Looks at all topics of other nodes, so not for a hot path. */
    public MeshStats stats() {
        long topics = 0;
        for (TopicShard shard : shards) {
            topics += shard.remoteTopics();
        }
        return new MeshStats(
                counters.sent.sum(),
                counters.received.sum(),
                counters.late.sum(),
                counters.refused.sum(),
                counters.unknown.sum(),
                counters.malformed.sum(),
                topics);
    }

    @Override
    public void start(Receiver receiver) {
        this.receiver = receiver;
        carrier.start(new FromCarrier());
        joined = true;
        checkGreeted();
        carrier.awaitGreetings(greeted);
        if (nameTaken) {
            close();
            throw new IllegalArgumentException("node: " + nodeName + " (expected: a name that no other node has)");
        }
    }

    @Override
    public void close() {
        names.close(); // that all others are lost now is no news
        carrier.close();
        peers.clear();
        forgetUnclaimed();
    }

    /** Connects to the node of a name like {@code server@127.0.0.1} or {@code server@127.0.0.1:7700}. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a failure of the carrier goes into the answer
    public CompletableFuture<Boolean> connect(String node) {
        NodeAddress address;
        try {
            address = NodeAddress.parse(node);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        String name = address.nodeName();
        if (name.equals(nodeName)) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> met = names.await(name);
        if (!met.isDone()) {
            carrier.connect(address).whenComplete((done, failure) -> tried(met, failure));
        }
        return met.whenComplete((answer, failure) -> names.giveUp(name, met));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it is the same future
    private static void tried(CompletableFuture<Boolean> met, @Nullable Throwable failure) {
        if (failure == null) {
            met.completeOnTimeout(false, GREETING_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            met.completeExceptionally(failure);
        }
    }

    // Broadcasts and topics of this node.

    @Override
    public void broadcast(Broadcast broadcast) {
        if (flooding) {
            ClusterMessage message = ClusterMessage.broadcast(broadcast);
            for (Peer peer : peers.all()) {
                peer.sendBroadcast(message);
            }
        } else if (peers.all().length > 0) {
            shard(broadcast.topic()).broadcast(broadcast, carrier.nanoTime());
        }
    }

    @Override
    public boolean directBroadcast(String node, Broadcast broadcast) {
        Peer peer = names.holder(node);
        if (peer == null) {
            return false;
        }
        shard(broadcast.topic()).directBroadcast(peer, broadcast, carrier.nanoTime());
        return true;
    }

    @Override
    public void topicAdded(String topic) {
        shard(topic).subscribed(topic, carrier.nanoTime());
    }

    @Override
    public void topicRemoved(String topic) {
        shard(topic).unsubscribed(topic);
    }

    private TopicShard shard(String topic) {
        int hash = topic.hashCode();
        return shards[(hash ^ (hash >>> 16)) & (SHARDS - 1)];
    }

    // Other nodes.

    /** Says who this node is, and which topics it has. */
    private void introduceTo(Peer peer) {
        peer.sendNews(ClusterMessage.hello(nodeName));
        peer.sendNews(ClusterMessage.topics(ClusterMessage.FIRST, List.of()));
        for (TopicShard shard : shards) {
            shard.tellAll(peer);
        }
        peer.sendNews(ClusterMessage.topics(ClusterMessage.LAST, List.of()));
    }

    /** Forgets a node: it is not listed, nothing is sent to it any more, and nothing that it says is taken. */
    private void drop(Peer peer) {
        peer.dropped = true;
        peer.incomingTable = null;
        links.remove(peer.link);
        for (TopicShard shard : shards) {
            shard.retain(peer, Set.of());
        }
        peers.remove(peer); // behind the shards: who wants a topic is always there
        forgetUnclaimed();
        checkGreeted();
        names.remove(peer);
    }

    private void forgetUnclaimed() {
        for (TopicShard shard : shards) {
            shard.forgetUnclaimed(carrier.nanoTime());
        }
    }

    private void named(Peer peer, String name) {
        if (name.equals(nodeName)) {
            nameTaken = true;
            log.error("node {}: another node of this name is in the cluster", name);
            return;
        }
        names.add(peer, name);
    }

    private void checkGreeted() {
        if (joined && links.values().stream().allMatch(peer -> peer.name != null)) {
            greeted.complete(null);
        }
    }

    private Receiver receiver() {
        return Objects.requireNonNull(receiver);
    }

    private final class FromCarrier implements Carrier.Events {
        @Override
        public void up(Link link) {
            Peer peer = new Peer(link, counters);
            links.put(link, peer);
            // Before it is sent anything else. That it is sent no news yet loses none: its table comes behind its own
            // hello.
            peer.sendNews(ClusterMessage.hello(nodeName));
            peers.add(peer);
        }

        @Override
        public void received(Link link, byte[] array, int offset, int length) {
            Peer peer = links.get(link);
            if (peer == null) {
                return;
            }
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

        @Override
        public void writable(Link link) {
            Peer peer = links.get(link);
            if (peer != null && peer.recovers()) {
                introduceTo(peer);
            }
        }

        @Override
        public void down(Link link) {
            Peer peer = links.get(link);
            if (peer != null) {
                drop(peer);
            }
        }
    }

    // What others say.

    private void take(Peer peer, int kind, ClusterReader in) throws ClusterReader.Malformed {
        if (kind == ClusterMessage.Kind.BROADCAST.code) {
            takeBroadcast(in);
        } else if (kind == ClusterMessage.Kind.TOPIC_ADDED.code) {
            takeTopic(peer, in.text());
        } else if (kind == ClusterMessage.Kind.TOPIC_REMOVED.code) {
            String topic = in.text();
            if (peer.incomingTable != null) {
                peer.incomingTable.remove(topic);
            }
            shard(topic).removed(peer, topic);
        } else if (kind == ClusterMessage.Kind.TOPICS.code) {
            takeTable(peer, in);
        } else if (kind == ClusterMessage.Kind.HELLO.code) {
            takeHello(peer, in);
        } else {
            counters.unknown.increment();
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
            drop(peer);
            return;
        }
        if (!peer.greeted) {
            // It may have been told hello before it knew this node, so once more. Only now is it sure to hear the rest.
            peer.greeted = true;
            introduceTo(peer);
        }
        if (peer.name == null) {
            peer.name = name;
            named(peer, name);
            checkGreeted();
        }
    }

    private void takeTable(Peer peer, ClusterReader in) throws ClusterReader.Malformed {
        int flags = in.u8();
        if ((flags & ClusterMessage.FIRST) != 0) {
            peer.beginTable();
        }
        while (in.hasMore()) {
            takeTopic(peer, in.text());
        }
        Set<String> table = peer.incomingTable;
        if ((flags & ClusterMessage.LAST) != 0 && table != null) {
            for (TopicShard shard : shards) {
                shard.retain(peer, table);
            }
            peer.incomingTable = null;
            peers.known(peer);
        }
    }

    private void takeTopic(Peer peer, String topic) {
        if (peer.incomingTable != null) {
            peer.incomingTable.add(topic);
        }
        shard(topic).added(peer, topic, carrier.nanoTime());
    }

    private void takeBroadcast(ClusterReader in) throws ClusterReader.Malformed {
        int flags = in.u8();
        long ageNanos = (flags & ClusterMessage.LATE) != 0 ? TimeUnit.MICROSECONDS.toNanos(in.varint()) : -1;
        String topic = in.text();
        String event = in.text();
        byte[] bytes = in.rest();
        counters.received.increment();
        if (ageNanos >= 0 && !shard(topic).wantsLate(topic, ageNanos, carrier.nanoTime())) {
            return;
        }
        Payload payload =
                (flags & ClusterMessage.BINARY) != 0 ? Payload.binary(bytes) : Payload.json(bytes, 0, bytes.length);
        Broadcast broadcast;
        try {
            broadcast = Broadcast.ofAny(topic, event, payload);
        } catch (IllegalArgumentException e) {
            throw new ClusterReader.Malformed("a broadcast that cannot be sent on: " + e.getMessage());
        }
        receiver().broadcast(broadcast);
    }
}
