package dev.simurgh.cluster;

import dev.simurgh.cluster.spi.Carrier;
import dev.simurgh.cluster.spi.Link;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
    /** How often others are asked whether this node knows all of their topics, while it broadcasts. */
    static final long ASK_NANOS = 5_000_000_000L;
    /** How soon a node that was told all topics may be told them again because it asks. */
    static final long AGAIN_NANOS = 1_000_000_000L;

    private final Carrier carrier;
    private final NodeId self;
    private final boolean flooding;
    private final Counters counters = new Counters();
    private final Peers peers = new Peers();
    private final News news = new News(peers);
    private final TopicShard[] shards = new TopicShard[SHARDS];
    private final Map<Link, Peer> links = new ConcurrentHashMap<>();
    private final Names names = new Names(this::receiver);
    private final Reception reception;
    private final CompletableFuture<Void> greeted = new CompletableFuture<>();
    private volatile boolean joined;
    private volatile boolean nameTaken;
    private final AtomicLong askedAt = new AtomicLong();
    private @Nullable Receiver receiver;

    private Mesh(Carrier carrier, boolean flooding) {
        this.carrier = carrier;
        this.self = new NodeId(carrier.nodeName(), carrier.startNumber());
        this.flooding = flooding;
        Arrays.setAll(shards, i -> new TopicShard(peers, news));
        this.reception = new Reception(this, peers, news, carrier, counters);
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
    public NodeId self() {
        return self;
    }

    @Override
    public List<NodeId> nodes() {
        return names.sorted();
    }

    /** What was counted so far. */
    public MeshStats stats() {
        return new MeshStats(
                counters.sent.sum(),
                counters.received.sum(),
                counters.late.sum(),
                counters.refused.sum(),
                counters.unknown.sum(),
                counters.gaps.sum(),
                counters.malformed.sum(),
                remoteTopics());
    }

    private long remoteTopics() {
        long topics = 0;
        for (TopicShard shard : shards) {
            topics += shard.remoteTopics();
        }
        return topics;
    }

    private long waitingBytes() {
        long bytes = 0;
        for (Peer peer : peers.all()) {
            bytes += peer.link.waitingBytes();
        }
        return bytes;
    }

    @Override
    public List<Metric> metrics() {
        return MeshMetrics.of(counters, this::remoteTopics, this::waitingBytes);
    }

    @Override
    public void start(Receiver receiver) {
        this.receiver = receiver;
        askedAt.set(carrier.nanoTime());
        carrier.start(new FromCarrier());
        joined = true;
        checkGreeted();
        carrier.awaitGreetings(greeted);
        if (nameTaken) {
            close();
            throw new IllegalArgumentException("node: " + self.name() + " (expected: a name that no other node has)");
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
        if (name.equals(self.name())) {
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
            long now = carrier.nanoTime();
            shard(broadcast.topic()).broadcast(broadcast, now);
            askNowAndThen(now);
        }
    }

    /**
     * A node whose news was lost may have no more of it, so that nobody notices. It matters only if it is not sent a broadcast, so it is
     * who broadcasts that asks.
     */
    private void askNowAndThen(long now) {
        long last = askedAt.get();
        if (now - last >= ASK_NANOS && askedAt.compareAndSet(last, now)) {
            for (Peer peer : peers.all()) {
                peer.send(ClusterMessage.ask());
            }
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
    public boolean send(NodeId to, String kind, byte[] message) {
        Peer peer = names.holder(to.name());
        return peer != null && to.equals(peer.id) && peer.sendMessage(ClusterMessage.message(kind, message));
    }

    @Override
    public int sendToAll(String kind, byte[] message) {
        ClusterMessage encoded = ClusterMessage.message(kind, message);
        int taken = 0;
        for (Peer peer : names.holders()) {
            taken += peer.sendMessage(encoded) ? 1 : 0;
        }
        return taken;
    }

    /** What others broadcast from now on arrives, or is remembered there until they have heard of it: nothing to wait for. */
    @Override
    public CompletableFuture<Void> topicAdded(String topic) {
        shard(topic).subscribed(topic, carrier.nanoTime());
        return ClusterAdapter.super.topicAdded(topic);
    }

    @Override
    public void topicRemoved(String topic) {
        shard(topic).unsubscribed(topic);
    }

    TopicShard shard(String topic) {
        int hash = topic.hashCode();
        return shards[(hash ^ (hash >>> 16)) & (SHARDS - 1)];
    }

    // Other nodes.

    /** Says who this node is, and which topics it has. */
    void introduceTo(Peer peer) {
        peer.toldAt = carrier.nanoTime();
        news.begin(peer, ClusterMessage.hello(self));
        for (TopicShard shard : shards) {
            shard.tellAll(peer);
        }
        peer.sendNews(ClusterMessage.topics(ClusterMessage.LAST, ++peer.toldPart, List.of()));
    }

    /** Tells all topics once more to a node that asks, but not as often as it may ask. */
    void introduceAgain(Peer peer) {
        if (peer.greeted && !peer.isOutdated() && carrier.nanoTime() - peer.toldAt >= AGAIN_NANOS) {
            introduceTo(peer);
        }
    }

    /** Learns that a node wants these topics and no others. */
    void retain(Peer peer, Set<String> topics) {
        for (TopicShard shard : shards) {
            shard.retain(peer, topics);
        }
    }

    /** Forgets a node: it is not listed, nothing is sent to it any more, and nothing that it says is taken. */
    void drop(Peer peer) {
        peer.dropped = true;
        peer.following.forget();
        links.remove(peer.link);
        retain(peer, Set.of());
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

    /** Hears who a node is. */
    void named(Peer peer, NodeId id) {
        peer.id = id;
        if (id.name().equals(self.name())) {
            nameTaken = true;
            log.error("node {}: another node of this name is in the cluster", id.name());
        } else {
            names.add(peer);
        }
        checkGreeted();
    }

    private void checkGreeted() {
        if (joined && links.values().stream().allMatch(peer -> peer.id != null)) {
            greeted.complete(null);
        }
    }

    Receiver receiver() {
        return Objects.requireNonNull(receiver);
    }

    private final class FromCarrier implements Carrier.Events {
        @Override
        public void up(Link link) {
            Peer peer = new Peer(link, counters);
            links.put(link, peer);
            // Before it is sent anything else. That it is sent no news yet loses none: its table comes behind its own
            // hello.
            peer.sendNews(ClusterMessage.hello(self));
            peers.add(peer);
        }

        @Override
        public void received(Link link, byte[] array, int offset, int length) {
            Peer peer = links.get(link);
            if (peer != null) {
                reception.received(peer, array, offset, length);
            }
        }

        @Override
        public void dropped(Link link, int broadcasts) {
            counters.refused.add(broadcasts);
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
}
