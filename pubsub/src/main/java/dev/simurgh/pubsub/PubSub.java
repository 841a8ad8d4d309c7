package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Delivers broadcasts to the subscribers of a topic, on this node and on the others of its cluster.
 *
 * <p>Each event loop owns the list of its subscribers, so joining and leaving take no lock and a broadcast costs one task per
 * interested loop, not one per subscriber. Delivery is at most once. Broadcasts of one thread reach a subscriber in order. All
 * methods may be called from any thread and none blocks.
 */
public final class PubSub implements AutoCloseable {
    /** The name of a node that was given none. */
    public static final String NO_NAME = "nonode@nohost";

    private final ClusterAdapter cluster;
    private final Node node;
    private final Interest interest;
    private final ConcurrentHashMap<EventLoop, LoopTopics> loops = new ConcurrentHashMap<>();

    private PubSub(ClusterAdapter cluster) {
        this.cluster = cluster;
        this.node = new Node(cluster);
        this.interest = new Interest(cluster);
    }

    /** Makes a pub-sub for one node alone, named {@value #NO_NAME}. */
    public static PubSub local() {
        return on(new SingleNode(NO_NAME));
    }

    /** Makes a pub-sub for one node alone, with a name. */
    public static PubSub local(String nodeName) {
        return on(new SingleNode(nodeName));
    }

    /** Makes this node's part of a cluster, and starts the adapter. */
    public static PubSub on(ClusterAdapter cluster) {
        PubSub pubsub = new PubSub(cluster);
        cluster.start(pubsub.new FromOthers());
        return pubsub;
    }

    /** This node, and the others of its cluster. */
    public Node node() {
        return node;
    }

    /**
     * Subscribes. A broadcast made after this has returned reaches the subscriber.
     *
     * @param loop where the subscriber is called
     * @throws RejectedExecutionException if the loop has ended
     */
    public Subscription subscribe(String topic, EventLoop loop, Subscriber subscriber) {
        LoopTopics home = loops.get(loop);
        if (home == null) {
            home = loops.computeIfAbsent(loop, l -> new LoopTopics(l, interest));
        }
        Subscription subscription = new Subscription(home, topic, subscriber);
        home.add(subscription);
        return subscription;
    }

    /** Forgets an event loop that runs no more, with all its subscriptions. */
    public void forget(EventLoop loop) {
        LoopTopics home = loops.remove(loop);
        if (home != null) {
            for (String topic : Set.copyOf(interest.topics())) {
                interest.releaseAll(topic, home);
            }
        }
    }

    /** Broadcasts to all subscribers of the topic in the cluster. */
    public void broadcast(Broadcast broadcast) {
        cluster.broadcast(broadcast);
        dispatch(broadcast, null);
    }

    /** Broadcasts to all subscribers of the topic in the cluster except one of this node. */
    public void broadcastFrom(Subscriber from, Broadcast broadcast) {
        cluster.broadcast(broadcast);
        dispatch(broadcast, from);
    }

    /** Broadcasts to the subscribers on this node only. */
    public void localBroadcast(Broadcast broadcast) {
        dispatch(broadcast, null);
    }

    /** Broadcasts to the subscribers on this node except one. */
    public void localBroadcastFrom(Subscriber from, Broadcast broadcast) {
        dispatch(broadcast, from);
    }

    /**
     * Broadcasts to the subscribers on one named node only, which may be this one.
     *
     * @return whether that node is connected
     */
    public boolean directBroadcast(String to, Broadcast broadcast) {
        if (to.equals(cluster.nodeName())) {
            dispatch(broadcast, null);
            return true;
        }
        return cluster.directBroadcast(to, broadcast);
    }

    private void dispatch(Broadcast broadcast, @Nullable Subscriber except) {
        for (LoopTopics loop : interest.loops(broadcast.topic())) {
            loop.dispatch(broadcast, except);
        }
    }

    /** Counts the subscribers of each topic on this node. Completes when every event loop has answered. */
    public CompletableFuture<Map<String, Integer>> topics() {
        List<CompletableFuture<Map<String, Integer>>> answers = new ArrayList<>();
        for (LoopTopics loop : loops.values()) {
            try {
                answers.add(CompletableFuture.supplyAsync(() -> counted(loop), loop.loop));
            } catch (RejectedExecutionException e) {
                // It has ended without being forgotten, and has no subscribers left.
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Map<String, Integer> all = new HashMap<>();
                    answers.forEach(answer -> answer.join().forEach((topic, n) -> all.merge(topic, n, Integer::sum)));
                    return all;
                });
    }

    private static Map<String, Integer> counted(LoopTopics loop) {
        Map<String, Integer> counts = new HashMap<>();
        loop.count(counts);
        return counts;
    }

    /** Leaves the cluster; subscribers of this node can still be reached from it. */
    @Override
    public void close() {
        cluster.close();
    }

    private final class FromOthers implements ClusterAdapter.Receiver {
        @Override
        public void broadcast(Broadcast broadcast) {
            dispatch(broadcast, null);
        }

        @Override
        public void nodeUp(String name) {
            node.up(name);
        }

        @Override
        public void nodeDown(String name) {
            node.down(name);
        }
    }
}
