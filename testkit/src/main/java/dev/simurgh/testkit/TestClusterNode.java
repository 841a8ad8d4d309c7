package dev.simurgh.testkit;

import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.testkit.TestClusterWire.TopicNews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A node of a {@link TestCluster}, from its start to its end. All its state is guarded by the cluster. */
final class TestClusterNode implements ClusterAdapter {
    /** Another node, as this one sees it. A node that is met again is a new one. */
    private static final class Peer {
        final TestClusterNode node;
        /** The topics it has subscribers for; null while that is not known. */
        @Nullable
        Set<String> topics;

        Peer(TestClusterNode node) {
            this.node = node;
        }

        boolean mayWant(String topic) {
            return topics == null || topics.contains(topic);
        }
    }

    private final TestCluster cluster;
    private final String name;
    private final Set<String> topics = new TreeSet<>();
    private final Map<String, Peer> peers = new TreeMap<>();
    private final List<TestClusterWire.Transit> incoming = new ArrayList<>();
    private final List<Runnable> outgoing = new ArrayList<>();
    private @Nullable Receiver receiver;
    boolean paused;

    TestClusterNode(TestCluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    @Override
    public String nodeName() {
        return name;
    }

    @Override
    public List<String> nodes() {
        synchronized (cluster) {
            return List.copyOf(peers.keySet());
        }
    }

    @Override
    public void start(Receiver receiver) {
        this.receiver = receiver;
        cluster.started(this);
    }

    @Override
    public void broadcast(Broadcast broadcast) {
        cluster.wire().run(); // news of topics that has arrived by now counts
        synchronized (cluster) {
            if (paused) {
                outgoing.add(() -> broadcast(broadcast));
            } else {
                peers.values().stream()
                        .filter(peer -> cluster.isFlooding() || peer.mayWant(broadcast.topic()))
                        .forEach(peer -> cluster.wire().send(this, peer.node, broadcast));
            }
        }
        cluster.wire().run();
    }

    @Override
    public boolean directBroadcast(String node, Broadcast broadcast) {
        synchronized (cluster) {
            Peer peer = peers.get(node);
            if (peer == null) {
                return false;
            }
            if (paused) {
                outgoing.add(() -> directBroadcast(node, broadcast));
            } else {
                cluster.wire().send(this, peer.node, broadcast);
            }
        }
        cluster.wire().run();
        return true;
    }

    @Override
    public void topicAdded(String topic) {
        synchronized (cluster) {
            topics.add(topic);
            tellAll(new TopicNews.Added(topic));
        }
    }

    @Override
    public void topicRemoved(String topic) {
        synchronized (cluster) {
            topics.remove(topic);
            tellAll(new TopicNews.Removed(topic));
        }
    }

    @Override
    public void close() {
        cluster.end(this, Duration.ZERO);
    }

    private void tellAll(TopicNews news) {
        if (paused) {
            outgoing.add(() -> tellAll(news));
        } else {
            peers.values().forEach(peer -> cluster.wire().tell(this, peer.node, news));
        }
    }

    // What the cluster tells it, inside the cluster's lock.

    /** Sees another node, and is told its topics. */
    void meets(TestClusterNode other) {
        peers.put(other.name, new Peer(other));
        other.introducesItself(this);
    }

    private void introducesItself(TestClusterNode to) {
        if (paused) {
            outgoing.add(() -> introducesItself(to));
        } else {
            cluster.wire().tell(this, to, new TopicNews.Table(new TreeSet<>(topics)));
        }
    }

    /** Notices after a while that another node has gone, unless they have met again by then. */
    void loses(TestClusterNode other, Duration noticed) {
        Peer peer = peers.get(other.name);
        if (peer == null || peer.node != other) {
            return;
        }
        if (noticed.isZero()) {
            peers.remove(other.name, peer);
        } else {
            cluster.clock().schedule(noticed, () -> forgets(peer));
        }
    }

    private void forgets(Peer peer) {
        synchronized (cluster) {
            if (peers.remove(peer.node.name, peer)) {
                cluster.note(name + " notices that " + peer.node.name + " has gone");
            }
        }
    }

    /** Learns something of another's topics. What an earlier node of that name has said does not count. */
    void hears(TestClusterNode from, TopicNews news) {
        Peer peer = peers.get(from.name);
        if (peer == null || peer.node != from) {
            return;
        }
        if (news instanceof TopicNews.Table table) {
            peer.topics = new TreeSet<>(table.topics());
        } else if (peer.topics != null && news instanceof TopicNews.Added added) {
            peer.topics.add(added.topic());
        } else if (peer.topics != null && news instanceof TopicNews.Removed removed) {
            peer.topics.remove(removed.topic());
        }
    }

    void waits(TestClusterWire.Transit transit) {
        incoming.add(transit);
    }

    void resume() {
        List<Runnable> held;
        synchronized (cluster) {
            paused = false;
            incoming.forEach(cluster.wire()::again);
            incoming.clear();
            held = List.copyOf(outgoing);
            outgoing.clear();
        }
        held.forEach(Runnable::run);
    }

    void down() {
        incoming.forEach(transit -> cluster.wire().lost(transit, "node down"));
        incoming.clear();
        outgoing.clear();
        peers.clear();
        paused = false;
    }

    /** Takes a broadcast, outside of the lock. */
    void receive(Broadcast broadcast) {
        Objects.requireNonNull(receiver).broadcast(broadcast);
    }
}
