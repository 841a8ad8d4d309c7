package dev.simurgh.testkit;

import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A cluster inside the test: nodes joined by a network that delays, loses and splits as the test says, on a {@link VirtualClock}.
 *
 * <pre>{@code
 * TestCluster cluster = TestCluster.seed(42).delay(Duration.ofMillis(5));
 * ChannelCase a = cluster.channelCase("a@host");
 * ChannelCase b = cluster.channelCase("b@host");
 * Joined room = b.connect(UserSocket.spec()).subscribeAndJoin("room:1");
 * cluster.clock().advance(Duration.ofMillis(5)); // now a knows that b has somebody in room:1
 * a.endpoint().broadcast("room:1", "new_msg", Map.of("body", "hello"));
 * cluster.clock().advance(Duration.ofMillis(5));
 * room.assertPush("new_msg", Map.of("body", "hello"));
 * }</pre>
 *
 * <p>Without faults a message arrives before {@code broadcast} returns: once, in the order of its sender, and only at nodes that have
 * subscribers for its topic. A node learns the topics of another as fast as messages travel, and sends it everything until then. Chance
 * comes from the seed: the same calls with the same seed give the same history, on any machine.
 *
 * <p>For one thread. Calls from others do no harm, but the history then depends on when they come.
 */
public final class TestCluster {
    private final long seed;
    private final VirtualClock clock;
    private final TestClusterWire wire;
    private final TestClusterLink.Faults faults = new TestClusterLink.Faults();
    private final Map<List<String>, TestClusterLink> links = new HashMap<>();
    private final Set<String> names = new TreeSet<>();
    private final Map<String, TestClusterNode> nodes = new TreeMap<>();
    private final List<String> history = new ArrayList<>();
    private TestClusterSplit split = TestClusterSplit.NONE;
    private Duration detection = Duration.ZERO;
    private boolean flooding;

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
     * start until it is closed or crashes; after that, a new adapter of the same name is the node restarted.
     *
     * @throws IllegalArgumentException from its start, if a node of that name is there
     */
    public synchronized ClusterAdapter node(String name) {
        names.add(name);
        return new TestClusterNode(this, name);
    }

    /** Makes a case for channels on one more node of this cluster, on its clock. To be closed by the test, as any case. */
    public ChannelCase channelCase(String name) {
        return ChannelCase.builder()
                .clock(clock)
                .endpoint(endpoint -> endpoint.cluster(node(name)))
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
     * Loses broadcasts with this probability, on all links; default 0. What nodes tell each other of their topics is not lost, but by
     * partitions and crashes.
     */
    public TestCluster lose(double probability) {
        return all(f -> f.loss(probability));
    }

    /** Loses broadcasts from one node to another, and not back. */
    public TestCluster lose(String from, String to, double probability) {
        return one(from, to, f -> f.loss(probability));
    }

    /** Delivers broadcasts twice with this probability, on all links; default 0. */
    public TestCluster duplicate(double probability) {
        return all(f -> f.duplication(probability));
    }

    /** Delivers broadcasts from one node to another twice, and not back. */
    public TestCluster duplicate(String from, String to, double probability) {
        return one(from, to, f -> f.duplication(probability));
    }

    /**
     * Lets broadcasts from one node to another overtake each other, or not; default not. Those overtake that travel at the same time, so it
     * takes a delay.
     */
    public TestCluster reorder(String from, String to, boolean reordering) {
        return one(from, to, f -> f.reordering = reordering);
    }

    /** Sends every broadcast to every node, whatever is known of its topics; default not. */
    public synchronized TestCluster flood(boolean all) {
        flooding = all;
        return this;
    }

    private synchronized TestCluster all(Consumer<TestClusterLink.Faults> change) {
        change.accept(faults);
        links.values().forEach(link -> change.accept(link.faults));
        return this;
    }

    private synchronized TestCluster one(String from, String to, Consumer<TestClusterLink.Faults> change) {
        change.accept(link(checked(from), checked(to)).faults);
        return this;
    }

    // Partitions.

    /**
     * Splits the cluster. Nodes of different sides do not reach each other, and what is on its way between them is lost. Nodes that are
     * not named are together on one more side. Replaces an earlier split.
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

    /** Ends the partition. Nodes that meet again know nothing of each other's topics until they have told each other. */
    public TestCluster heal() {
        note("heal");
        change(TestClusterSplit.NONE);
        return this;
    }

    private void change(TestClusterSplit next) {
        synchronized (this) {
            TestClusterSplit before = split;
            split = next;
            for (TestClusterNode from : nodes.values()) {
                for (TestClusterNode to : nodes.values()) {
                    boolean were = before.apart(from.nodeName(), to.nodeName());
                    boolean are = areApart(from.nodeName(), to.nodeName());
                    if (are && !were) {
                        link(from.nodeName(), to.nodeName()).cut();
                        from.loses(to, detection);
                    } else if (were && !are) {
                        from.meets(to);
                    }
                }
            }
        }
        wire.run();
    }

    /** Sets how long the others still list a node that has crashed or was cut off, and send to it in vain; default no time. */
    public synchronized TestCluster detection(Duration time) {
        detection = time;
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
        note("resume " + node);
        alive(node).resume();
        wire.run();
        return this;
    }

    /**
     * Ends a node without a farewell. What is on its way to it is lost; what it has sent still arrives. Its endpoint is still there in the
     * test, but reaches nobody.
     */
    public TestCluster crash(String node) {
        note("crash " + node);
        end(alive(node), detection);
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
        String millis =
                BigDecimal.valueOf(clock.nanoTime(), 6).stripTrailingZeros().toPlainString();
        history.add(millis + " ms: " + line);
    }

    // For the nodes.

    TestClusterWire wire() {
        return wire;
    }

    synchronized boolean isFlooding() {
        return flooding;
    }

    synchronized boolean isUp(TestClusterNode node) {
        return nodes.get(node.nodeName()) == node;
    }

    synchronized boolean areApart(String a, String b) {
        return split.apart(a, b);
    }

    synchronized TestClusterLink link(String from, String to) {
        return links.computeIfAbsent(List.of(from, to), key -> new TestClusterLink(seed, from, to, faults));
    }

    void started(TestClusterNode node) {
        synchronized (this) {
            if (nodes.putIfAbsent(node.nodeName(), node) != null) {
                throw new IllegalArgumentException(
                        "node: " + node.nodeName() + " (expected: a name that no other node has)");
            }
            for (TestClusterNode other : nodes.values()) {
                if (other != node && !areApart(node.nodeName(), other.nodeName())) {
                    node.meets(other);
                    other.meets(node);
                }
            }
        }
        wire.run();
    }

    synchronized void end(TestClusterNode node, Duration noticed) {
        if (nodes.remove(node.nodeName(), node)) {
            node.down();
            nodes.values().forEach(other -> other.loses(node, noticed));
        }
    }

    void lost(String from, String to, Broadcast broadcast, String why) {
        note(from + " -> " + to + " lost, " + why + ": " + broadcast.topic() + " " + broadcast.event());
    }

    private synchronized String checked(String name) {
        if (!names.contains(name)) {
            throw new IllegalArgumentException("node: " + name + " (expected: one of " + names + ")");
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
