package dev.simurgh.testkit;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A cluster inside the test: nodes joined by a network that delays, loses and splits as the test says, on a {@link VirtualClock}.
 *
 * <pre>{@code
 * TestCluster cluster = TestCluster.seed(42).delay(Duration.ofMillis(5));
 * ChannelCase a = cluster.channelCase("a@host");
 * ChannelCase b = cluster.channelCase("b@host");
 * Joined room = b.connect(UserSocket.spec()).subscribeAndJoin("room:1");
 * a.endpoint().broadcast("room:1", "new_msg", Map.of("body", "hello"));
 * cluster.clock().advance(Duration.ofMillis(5));
 * room.assertPush("new_msg", Map.of("body", "hello"));
 * }</pre>
 *
 * <p>Only the network is a stand-in. The nodes are what they are in production, a {@link dev.simurgh.cluster.Mesh}, with its messages as
 * bytes. Without faults a broadcast arrives before {@code broadcast} returns: once, in the order of its sender, and only at nodes that
 * have subscribers for its topic. With a delay it reaches all who had subscribed when it was made, whether the sender has heard of them by
 * then or not. Chance comes from the seed: the same calls with the same seed give the same history, on any machine.
 *
 * <p>For one thread. Calls from others do no harm, but the history then depends on when they come.
 */
public final class TestCluster {
    private final long seed;
    private final VirtualClock clock;
    private final TestClusterWire wire;
    private final TestClusterPath.Faults faults = new TestClusterPath.Faults();
    private final Map<List<String>, TestClusterPath> paths = new HashMap<>();
    /** How many nodes of each name were made. */
    private final Map<String, Long> starts = new TreeMap<>();

    private final Map<String, TestClusterNode> nodes = new TreeMap<>();
    private final List<String> history = new ArrayList<>();
    private TestClusterSplit split = TestClusterSplit.NONE;
    private Duration detection = Duration.ZERO;
    private boolean flooding;
    private long steps;

    private TestCluster(long seed, VirtualClock clock) {
        this.seed = seed;
        this.clock = clock;
        this.wire = new TestClusterWire(this, clock);
    }

    /** Makes a cluster without nodes, with a clock of its own. */
    public static TestCluster seed(long seed) {
        return seed(seed, VirtualClock.create());
    }

    /** Makes a cluster without nodes, on the clock of somebody else. */
    public static TestCluster seed(long seed, VirtualClock clock) {
        return new TestCluster(seed, clock);
    }

    /** The time of this cluster's network. */
    public VirtualClock clock() {
        return clock;
    }

    /**
     * Makes the adapter of one more node, for {@code Endpoint.builder().cluster} or {@code PubSub.on}. It is part of the cluster from its
     * start until it is closed or crashes; after that, a new adapter of the same name is the node restarted. The adapters of a name have the
     * start numbers 1, 2 and so on.
     *
     * @throws IllegalArgumentException from its start, if a node of that name is there
     */
    public synchronized ClusterAdapter node(String name) {
        return new TestClusterNode(this, name, starts.merge(name, 1L, Long::sum), flooding);
    }

    /** Makes a case for channels on one more node of this cluster, on its clock. To be closed by the test, as any case. */
    public ChannelCase channelCase(String name) {
        return channelCase(name, endpoint -> endpoint);
    }

    /** As {@link #channelCase(String)}, with an endpoint that is set up further: its parts, its codec, its listener. */
    public ChannelCase channelCase(String name, UnaryOperator<Endpoint.Builder> setup) {
        return ChannelCase.builder()
                .clock(clock)
                .endpoint(endpoint -> setup.apply(endpoint.cluster(node(name))))
                .build();
    }

    // Links.

    /** Lets every message travel this long, on all links; default no time. */
    public TestCluster delay(Duration delay) {
        return delay(delay, delay);
    }

    /** Lets every message travel for a time of chance between two, in order nevertheless. */
    public TestCluster delay(Duration least, Duration most) {
        return all(f -> f.delay(least, most));
    }

    /** Sets the delay from one node to another, and not back. */
    public TestCluster delay(String from, String to, Duration delay) {
        return delay(from, to, delay, delay);
    }

    /** Sets the range of the delay from one node to another, and not back. */
    public TestCluster delay(String from, String to, Duration least, Duration most) {
        return one(from, to, f -> f.delay(least, most));
    }

    /**
     * Loses broadcasts and messages between nodes with this probability, on all links; default 0. What nodes tell each other of themselves
     * and their topics is not lost, but by partitions and crashes, and by {@link #loseNews}.
     */
    public TestCluster lose(double probability) {
        return all(f -> f.loss(probability));
    }

    /**
     * Loses what nodes tell each other of their topics with this probability, on all links; default 0. A real network that does so is
     * broken: a node notices that something is missing when the next news comes, or when it has broadcast for five seconds, and asks.
     */
    public TestCluster loseNews(double probability) {
        return all(f -> f.newsLoss(probability));
    }

    /** Loses broadcasts and messages from one node to another, and not back. */
    public TestCluster lose(String from, String to, double probability) {
        return one(from, to, f -> f.loss(probability));
    }

    /** Delivers broadcasts and messages twice with this probability, on all links; default 0. */
    public TestCluster duplicate(double probability) {
        return all(f -> f.duplication(probability));
    }

    /** Delivers broadcasts and messages from one node to another twice, and not back. */
    public TestCluster duplicate(String from, String to, double probability) {
        return one(from, to, f -> f.duplication(probability));
    }

    /**
     * Lets broadcasts and messages from one node to another overtake each other, or not; default not. Those overtake that travel at the same time, so it
     * takes a delay.
     */
    public TestCluster reorder(String from, String to, boolean reordering) {
        return one(from, to, f -> f.reordering = reordering);
    }

    /**
     * Sends every broadcast to every node, whatever is known of its topics; default not.
     *
     * @throws IllegalStateException if a node was made already
     */
    public synchronized TestCluster flood(boolean all) {
        if (!starts.isEmpty()) {
            throw new IllegalStateException(
                    "flood: nodes " + starts.keySet() + " were made already (expected: before the first)");
        }
        flooding = all;
        return this;
    }

    private synchronized TestCluster all(Consumer<TestClusterPath.Faults> change) {
        change.accept(faults);
        paths.values().forEach(path -> change.accept(path.faults));
        return this;
    }

    private synchronized TestCluster one(String from, String to, Consumer<TestClusterPath.Faults> change) {
        change.accept(path(checked(from), checked(to)).faults);
        return this;
    }

    // Partitions.

    /**
     * Splits the cluster. Nodes of different sides do not reach each other, and what is on its way between them is lost. Nodes that are
     * not named are together on one more side. Replaces an earlier split, and all cuts.
     *
     * @throws IllegalArgumentException if a name is unknown, or on two sides
     */
    @SafeVarargs
    public final TestCluster partition(Set<String>... sides) {
        List<Set<String>> list = new ArrayList<>();
        for (Set<String> side : sides) {
            list.add(side);
        }
        TestClusterSplit next = TestClusterSplit.of(list);
        next.names().forEach(this::checked);
        note("partition " + next);
        change(next);
        return this;
    }

    /**
     * Cuts two nodes off from each other, and from nobody else: a partition in part. Adds to an earlier partition or cut.
     *
     * @throws IllegalArgumentException if a name is unknown, or both are the same
     */
    public TestCluster cut(String one, String other) {
        TestClusterSplit next;
        synchronized (this) {
            next = split.cut(checked(one), checked(other));
            note("cut " + one + " and " + other);
        }
        change(next);
        return this;
    }

    /** Ends all partitions and cuts. Nodes that meet again tell each other their names and topics anew. */
    public TestCluster heal() {
        note("heal");
        change(TestClusterSplit.NONE);
        return this;
    }

    private void change(TestClusterSplit next) {
        synchronized (this) {
            TestClusterSplit before = split;
            split = next;
            List<TestClusterNode> all = List.copyOf(nodes.values());
            for (TestClusterNode other : all) {
                for (TestClusterNode one : all.subList(0, all.indexOf(other))) {
                    boolean were = before.apart(one.nodeName(), other.nodeName());
                    boolean are = next.apart(one.nodeName(), other.nodeName());
                    if (are && !were) {
                        part(one, other);
                    } else if (were && !are) {
                        meet(one, other);
                    }
                }
            }
        }
        wire.run();
    }

    private void part(TestClusterNode one, TestClusterNode other) {
        TestClusterLink link = one.links.get(other);
        if (link != null) {
            link.cut = true;
            link.back.cut = true;
            wire.down(link, detection);
            wire.down(link.back, detection);
        }
    }

    /** Gives two nodes new links. What they had before ends now, if they have not noticed yet that it was cut. */
    private void meet(TestClusterNode one, TestClusterNode other) {
        TestClusterLink before = one.links.get(other);
        if (before != null) {
            wire.down(before, Duration.ZERO);
            wire.down(before.back, Duration.ZERO);
        }
        TestClusterLink link = new TestClusterLink(this, one, other);
        one.links.put(other, link);
        other.links.put(one, link.back);
        wire.up(link);
        wire.up(link.back);
    }

    /**
     * Sets how long the others still list a node that has crashed or was cut off, and send to it in vain; default no time. As long as you
     * like, {@code ChronoUnit.FOREVER} among it.
     */
    public synchronized TestCluster detection(Duration time) {
        detection = TestClusterPath.atMost(time);
        return this;
    }

    // Nodes.

    /** Hangs a node: what others send to it waits, and what it sends waits, until it is resumed. The others do not notice. */
    public synchronized TestCluster pause(String node) {
        alive(node).paused = true;
        note("pause " + node);
        return this;
    }

    /** Lets a paused node go on, with all that has waited, in order. */
    public TestCluster resume(String node) {
        synchronized (this) {
            note("resume " + node);
            alive(node).resume();
        }
        wire.run();
        return this;
    }

    /**
     * Ends a node without a farewell. What is on its way to it is lost; what it has sent still arrives. Its endpoint is still there in the
     * test, but reaches nobody.
     */
    public TestCluster crash(String node) {
        TestClusterNode gone;
        synchronized (this) {
            note("crash " + node);
            gone = alive(node);
            end(gone, detection);
        }
        gone.close();
        return this;
    }

    // History.

    /** What happened on the network so far, a line for each: what was delivered or lost, and why, and each call of the test. */
    public synchronized List<String> history() {
        return List.copyOf(history);
    }

    /** The seed, and the whole history. */
    @Override
    public synchronized String toString() {
        return "TestCluster.seed(" + seed + ")\n" + String.join("\n", history);
    }

    synchronized String latest() {
        return "the latest:\n" + String.join("\n", history.subList(Math.max(0, history.size() - 10), history.size()));
    }

    synchronized void note(String line) {
        history.add(stamped(line));
    }

    /** Notes it, but not if it was the last thing noted. */
    synchronized void noteOnce(String line) {
        String stamped = stamped(line);
        if (history.isEmpty() || !history.get(history.size() - 1).equals(stamped)) {
            history.add(stamped);
        }
    }

    private String stamped(String line) {
        String millis =
                BigDecimal.valueOf(clock.nanoTime(), 6).stripTrailingZeros().toPlainString();
        return millis + " ms: " + line;
    }

    // For the nodes.

    TestClusterWire wire() {
        return wire;
    }

    /**
     * The time on the nodes: that of the clock, and a microsecond for each step. Of two things done at one moment of the clock, a node can
     * so tell which came first: a broadcast, or the subscription that it missed. (Nodes tell each other times in microseconds.)
     */
    synchronized long nanoTime() {
        return clock.nanoTime() + TimeUnit.MICROSECONDS.toNanos(steps);
    }

    synchronized void step() {
        steps++;
    }

    synchronized boolean isUp(TestClusterNode node) {
        return nodes.get(node.nodeName()) == node;
    }

    synchronized TestClusterPath path(String from, String to) {
        return paths.computeIfAbsent(List.of(from, to), key -> new TestClusterPath(seed, from, to, faults));
    }

    synchronized void started(TestClusterNode node) {
        if (nodes.putIfAbsent(node.nodeName(), node) != null) {
            throw new IllegalArgumentException(
                    "node: " + node.nodeName() + " (expected: a name that no other node has)");
        }
        for (TestClusterNode other : nodes.values()) {
            if (other != node && !split.apart(node.nodeName(), other.nodeName())) {
                meet(node, other);
            }
        }
    }

    synchronized void end(TestClusterNode node, Duration noticed) {
        if (nodes.remove(node.nodeName(), node)) {
            node.links.values().forEach(link -> wire.down(link, noticed));
            node.ends();
        }
    }

    private synchronized String checked(String name) {
        if (!starts.containsKey(name)) {
            throw new IllegalArgumentException("node: " + name + " (expected: one of " + starts.keySet() + ")");
        }
        return name;
    }

    private synchronized TestClusterNode alive(String name) {
        TestClusterNode node = nodes.get(checked(name));
        if (node == null) {
            throw new IllegalArgumentException(
                    "node: " + name + " is not there (expected: one of " + nodes.keySet() + ")");
        }
        return node;
    }
}
