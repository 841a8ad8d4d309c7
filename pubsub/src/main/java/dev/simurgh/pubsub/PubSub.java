package dev.simurgh.pubsub;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.pubsub.spi.Keeper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger log = LoggerFactory.getLogger(PubSub.class);

    private final GuardedCluster cluster;
    private final Node node;
    private final Interest interest;
    private final BacklogLimits limits;
    private final BacklogListener listener;
    private final ConcurrentHashMap<EventLoop, LoopTopics> loops = new ConcurrentHashMap<>();
    private volatile @Nullable Keeper keeper;

    private PubSub(ClusterAdapter cluster, BacklogLimits limits, BacklogListener listener) {
        this.cluster = new GuardedCluster(cluster);
        this.node = new Node(this.cluster);
        this.interest = new Interest(this.cluster);
        this.limits = limits;
        this.listener = listener;
    }

    /** Makes a pub-sub for one node alone, named {@value #NO_NAME}. */
    public static PubSub local() {
        return local(NO_NAME);
    }

    /** Makes a pub-sub for one node alone, with a name. */
    public static PubSub local(String nodeName) {
        return local(nodeName, BacklogLimits.defaults(), BacklogListener.NONE);
    }

    /** Makes a pub-sub for one node alone, with a name and limits for what waits for each of its event loops. */
    public static PubSub local(String nodeName, BacklogLimits limits, BacklogListener listener) {
        return on(new SingleNode(NodeId.starting(nodeName)), limits, listener);
    }

    /** Makes this node's part of a cluster, and starts the adapter. */
    public static PubSub on(ClusterAdapter cluster) {
        return on(cluster, BacklogLimits.defaults(), BacklogListener.NONE);
    }

    /** Makes this node's part of a cluster with limits for what waits for each event loop, and starts the adapter. */
    public static PubSub on(ClusterAdapter cluster, BacklogLimits limits, BacklogListener listener) {
        PubSub pubsub = unstarted(cluster, limits, listener);
        pubsub.start();
        return pubsub;
    }

    /**
     * As {@link #on(ClusterAdapter, BacklogLimits, BacklogListener)}, but leaves it to {@link #start} to start the adapter. Until then this
     * node is alone: there may be subscribers, whom its own broadcasts reach.
     */
    public static PubSub unstarted(ClusterAdapter cluster, BacklogLimits limits, BacklogListener listener) {
        return new PubSub(cluster, limits, listener);
    }

    /** As {@link #unstarted(ClusterAdapter, BacklogLimits, BacklogListener)}, for one node alone. */
    public static PubSub unstarted(String nodeName, BacklogLimits limits, BacklogListener listener) {
        return unstarted(new SingleNode(NodeId.starting(nodeName)), limits, listener);
    }

    /** Starts the adapter, and throws what that throws. Once at most, and of no use if the pub-sub was made by {@link #on} or {@link #local}. */
    public void start() {
        cluster.start(new FromOthers());
    }

    /** This node, and the others of its cluster. */
    public Node node() {
        return node;
    }

    /**
     * Subscribes. A broadcast made on this node after this has returned reaches the subscriber, and one made on another node after {@link
     * Subscription#ready} has completed.
     *
     * @param loop where the subscriber is called
     * @throws RejectedExecutionException if the loop has ended
     */
    public Subscription subscribe(String topic, EventLoop loop, Subscriber subscriber) {
        LoopTopics home = home(loop);
        Subscription subscription = new Subscription(home, topic, subscriber);
        try {
            home.add(subscription);
        } catch (RejectedExecutionException e) {
            forgetIfEnded(loop); // it may have been forgotten before, and be there anew
            throw e;
        }
        return subscription;
    }

    private LoopTopics home(EventLoop loop) {
        LoopTopics home = loops.get(loop);
        return home != null
                ? home
                : loops.computeIfAbsent(loop, l -> new LoopTopics(l, this, interest, new Backlog(l, limits, listener)));
    }

    /**
     * What waits for an event loop, for those who give it tasks of their own, or want to know when it has caught up. That of a loop that has
     * ended takes nothing, and nobody waits for it.
     */
    public Backlog backlog(EventLoop loop) {
        Backlog backlog = home(loop).backlog;
        forgetIfEnded(loop);
        return backlog;
    }

    /** Forgets an event loop that runs no more, with all its subscriptions. */
    public void forget(EventLoop loop) {
        LoopTopics home = loops.remove(loop);
        if (home != null) {
            home.backlog.end();
            for (String topic : List.copyOf(interest.topics())) {
                interest.releaseAll(topic, home);
            }
        }
    }

    private boolean forgetIfEnded(EventLoop loop) {
        boolean ended = loop.hasEnded();
        if (ended) {
            forget(loop);
        }
        return ended;
    }

    /**
     * Broadcasts to all subscribers of the topic in the cluster.
     *
     * @return the backlog of an event loop here that got it and is behind, if there is one: who can wait until it has caught up should
     */
    public Optional<Backlog> broadcast(Broadcast broadcast) {
        if (isKept(broadcast, null)) {
            return Optional.empty();
        }
        cluster.broadcast(broadcast);
        return dispatch(broadcast, null);
    }

    /** As {@link #broadcast}, to all subscribers but one of this node. */
    public Optional<Backlog> broadcastFrom(Subscriber from, Broadcast broadcast) {
        if (isKept(broadcast, from)) {
            return Optional.empty();
        }
        cluster.broadcast(broadcast);
        return dispatch(broadcast, from);
    }

    private boolean isKept(Broadcast broadcast, @Nullable Subscriber from) {
        Keeper keeps = keeper;
        if (keeps == null || !keeps.keeps(broadcast.topic())) {
            return false;
        }
        guarded(() -> keeps.broadcast(broadcast, from));
        return true;
    }

    private static void guarded(Runnable keeping) {
        try {
            keeping.run();
        } catch (Throwable thrown) { // an Error, too, must not cost who broadcasts
            log.error("a broadcast was not kept", thrown);
        }
    }

    // For who keeps broadcasts.

    /**
     * Has the broadcasts of some topics kept before they are delivered, from now on.
     *
     * @throws IllegalStateException if somebody keeps them already
     */
    public synchronized void keepWith(Keeper newKeeper) {
        if (keeper != null) {
            throw new IllegalStateException("keeper: " + newKeeper + " (expected: one for each pub-sub)");
        }
        keeper = newKeeper;
    }

    /**
     * Delivers a broadcast that has been kept, on this node. On the caller's own event loop, too, it is a task behind what is there: broadcasts that are
     * delivered one after the other, by whatever threads, arrive in that order. If too much waits for an event loop, some are dropped for it and
     * counted; its subscribers are told when it has caught up, by {@link Subscriber#missed}.
     *
     * @param except who is not to get it; null if all are
     */
    public void deliver(Broadcast broadcast, @Nullable Subscriber except) {
        for (LoopTopics loop : interest.loops(broadcast.topic())) {
            loop.dispatchKept(broadcast, except);
        }
    }

    /** Tells the subscribers of a kept topic on this node, behind what was delivered and however much waits, that its history is another now. */
    public void rewound(String topic) {
        for (LoopTopics loop : interest.loops(topic)) {
            loop.rewound(topic);
        }
    }

    /** Tells whether a topic has subscribers on this node, or is about to: whoever has subscribed counts when that has returned. */
    public boolean hasSubscribers(String topic) {
        return interest.loops(topic).length > 0;
    }

    /** Sends a broadcast that has been kept to the other nodes that have subscribers for it. */
    public void sendToOthers(Broadcast broadcast) {
        cluster.broadcast(broadcast);
    }

    /** As {@link #broadcast}, to the subscribers on this node only; it is not kept. */
    public Optional<Backlog> localBroadcast(Broadcast broadcast) {
        return dispatch(broadcast, null);
    }

    /** As {@link #broadcast}, to the subscribers on this node but one. */
    public Optional<Backlog> localBroadcastFrom(Subscriber from, Broadcast broadcast) {
        return dispatch(broadcast, from);
    }

    /**
     * As {@link #localBroadcast}, but on the caller's own event loop, too, as a task behind what is there: broadcasts that are delivered so one after the
     * other, by whatever threads, arrive in that order.
     *
     * @return what waits for the event loops that did not take it, since that is too much: their subscribers miss it
     */
    public List<Backlog> deliverInOrder(Broadcast broadcast) {
        List<Backlog> missed = List.of();
        for (LoopTopics loop : interest.loops(broadcast.topic())) {
            if (!loop.dispatchInOrder(broadcast)) {
                missed = missed.isEmpty() ? new ArrayList<>(1) : missed;
                missed.add(loop.backlog);
            }
        }
        return missed;
    }

    /**
     * As {@link #deliverInOrder(Broadcast)}, to the subscribers of one event loop only.
     *
     * @param to what waits for that event loop
     * @return whether it was taken; also if there is nobody there
     */
    public boolean deliverInOrder(Broadcast broadcast, Backlog to) {
        for (LoopTopics loop : interest.loops(broadcast.topic())) {
            if (loop.backlog == to) {
                return loop.dispatchInOrder(broadcast);
            }
        }
        return true;
    }

    /**
     * Broadcasts to the subscribers on one named node only, which may be this one.
     *
     * @return whether that node is connected
     */
    public boolean directBroadcast(String to, Broadcast broadcast) {
        if (to.equals(cluster.self().name())) {
            dispatch(broadcast, null);
            return true;
        }
        return cluster.directBroadcast(to, broadcast);
    }

    /** The caller's own loop comes last: what its subscribers broadcast in turn must not reach another loop first. */
    private Optional<Backlog> dispatch(Broadcast broadcast, @Nullable Subscriber except) {
        LoopTopics[] to = interest.loops(broadcast.topic());
        Optional<Backlog> behind = Optional.empty();
        boolean own = false;
        for (LoopTopics loop : to) {
            if (loop.loop.inEventLoop()) {
                own = true;
            } else {
                Optional<Backlog> backlog = loop.dispatch(broadcast, except);
                behind = backlog.isPresent() ? backlog : behind;
            }
        }
        return own ? dispatchHere(to, broadcast, except, behind) : behind;
    }

    private static Optional<Backlog> dispatchHere(
            LoopTopics[] to, Broadcast broadcast, @Nullable Subscriber except, Optional<Backlog> others) {
        Optional<Backlog> behind = others;
        for (LoopTopics loop : to) {
            if (loop.loop.inEventLoop()) {
                Optional<Backlog> backlog = loop.dispatch(broadcast, except);
                behind = backlog.isPresent() ? backlog : behind;
            }
        }
        return behind;
    }

    void notTaken(EventLoop loop) {
        if (!forgetIfEnded(loop)) {
            listener.broadcastDropped();
        }
    }

    /** How many broadcasts and pushes were dropped because too much waited for the event loops that are there now. */
    public long dropped() {
        return loops.values().stream().mapToLong(home -> home.backlog.dropped()).sum();
    }

    /** How many bytes wait for the event loops that are there now, see {@link Backlog}. */
    public long waitingBytes() {
        return loops.values().stream().mapToLong(home -> home.backlog.bytes()).sum();
    }

    /** How many subscriptions there are on this node, to all topics together. */
    public long subscriptionCount() {
        return loops.values().stream().mapToLong(LoopTopics::subscriptionCount).sum();
    }

    /** Counts the subscribers of each topic on this node. Completes when every event loop has answered. */
    public CompletableFuture<Map<String, Integer>> topics() {
        List<CompletableFuture<Map<String, Integer>>> answers = new ArrayList<>();
        for (LoopTopics loop : loops.values()) {
            try {
                answers.add(CompletableFuture.supplyAsync(() -> counted(loop), loop.loop));
            } catch (RejectedExecutionException e) {
                forgetIfEnded(loop.loop); // it has no subscribers left
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Map<String, Integer> all = new HashMap<>();
                    answers.forEach(answer -> answer.join().forEach((topic, n) -> all.merge(topic, n, Integer::sum)));
                    return all;
                });
    }

    /**
     * Goes through the topics that have subscribers on this node, on the calling thread and in no order, with how many these are, and copies nothing. The
     * numbers are read as the event loops have last written them, without asking those.
     */
    public void eachTopic(ObjIntConsumer<String> look) {
        interest.each((topic, loops) -> {
            int subscribers = subscribers(topic, loops);
            if (subscribers > 0) {
                look.accept(topic, subscribers);
            }
        });
    }

    /** How many subscribers a topic has on this node, as {@link #eachTopic} has it. */
    public int subscriberCount(String topic) {
        return subscribers(topic, interest.loops(topic));
    }

    private static int subscribers(String topic, LoopTopics[] loops) {
        int subscribers = 0;
        for (LoopTopics loop : loops) {
            subscribers += loop.count(topic);
        }
        return subscribers;
    }

    /** How many topics have subscribers on this node, or are about to. */
    public int topicCount() {
        return interest.topics().size();
    }

    private static Map<String, Integer> counted(LoopTopics loop) {
        Map<String, Integer> counts = new HashMap<>();
        loop.count(counts);
        return counts;
    }

    /** How many event loops are behind now, see {@link Backlog#isBehind}. */
    public int loopsBehind() {
        int behind = 0;
        for (LoopTopics home : loops.values()) {
            behind += home.backlog.isBehind() ? 1 : 0;
        }
        return behind;
    }

    /** What it and its cluster adapter tell of themselves in numbers. */
    public List<Metric> metrics() {
        List<Metric> all = new ArrayList<>(PubSubMetrics.of(this));
        all.addAll(cluster.metrics());
        return List.copyOf(all);
    }

    /** Leaves the cluster; subscribers of this node can still be reached from it. */
    @Override
    public void close() {
        cluster.close();
    }

    private final class FromOthers implements ClusterAdapter.Receiver {
        @Override
        public void broadcast(Broadcast broadcast) {
            Keeper keeps = keeper;
            if (keeps != null && broadcast.position().isPresent() && keeps.keeps(broadcast.topic())) {
                guarded(() -> keeps.received(broadcast));
            } else {
                dispatch(broadcast, null);
            }
        }

        @Override
        public void message(NodeId from, String kind, byte[] message) {
            node.received(from, kind, message);
        }

        @Override
        public void nodeUp(NodeId other) {
            node.up(other);
        }

        @Override
        public void nodeDown(NodeId other) {
            node.down(other);
        }

        @Override
        public void away() {
            node.away();
        }

        @Override
        public void back() {
            node.back();
        }
    }
}
