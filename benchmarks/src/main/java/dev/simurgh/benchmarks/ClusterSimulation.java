package dev.simurgh.benchmarks;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.Subscription;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What it costs to know which node wants which topic, as nodes and topics grow: clusters in this process, without sockets, on one thread.
 * Times are CPU time of that thread.
 */
@Command(
        name = "simurgh bench " + ClusterSimulation.NAME,
        sortOptions = false,
        description = "Tells what the routing of broadcasts costs with many nodes and topics, in one process.")
final class ClusterSimulation implements Callable<Integer> {
    static final String NAME = "cluster-sim";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int BATCH = 100;
    private static final int ROUNDS = 3;
    private static final int SOME = 10;

    @Option(names = "--nodes", split = ",", paramLabel = "N", description = "sizes (default: 2,5,10,20,50)")
    List<Integer> sizes = List.of(2, 5, 10, 20, 50);

    @Option(names = "--topics", paramLabel = "N", description = "for tables and memory (default: ${DEFAULT-VALUE})")
    int topics = 100_000;

    @Option(names = "--seconds", paramLabel = "S", description = "for each figure (default: ${DEFAULT-VALUE})")
    double seconds = 0.5;

    @Option(names = "--payload", paramLabel = "BYTES", description = "of a broadcast (default: ${DEFAULT-VALUE})")
    int payload = 64;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    boolean help;

    private final PrintStream out;
    private long delivered;

    ClusterSimulation(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        sizes.forEach(size -> BenchOptions.within("--nodes", size, 2, 200));
        BenchOptions.within("--topics", topics, 1, 1_000_000);
        BenchOptions.within("--seconds", seconds, 0.01, 60);
        BenchOptions.within("--payload", payload, 8, 1 << 20);
        warmUp();
        broadcasts();
        topics();
        subscriptions();
        tables();
        return Bench.OK;
    }

    /** Nodes that know each other, the first of which does something. */
    private final class Cluster {
        final SimulatedNetwork network = new SimulatedNetwork();
        final List<PubSub> nodes = new ArrayList<>();
        final EventLoop loop = SerialLoop.on(Runnable::run);

        Cluster(int size, boolean flooding) {
            List<SimulatedNetwork.Site> sites = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                SimulatedNetwork.Site site = network.site(flooding);
                nodes.add(PubSub.on(site.mesh));
                sites.forEach(other -> network.meet(other, site));
                sites.add(site);
                network.deliver();
            }
        }

        Subscription subscribe(int node, String topic) {
            return nodes.get(node).subscribe(topic, loop, broadcast -> delivered++);
        }
    }

    /** What one operation of the first node took: on that node, on all, and on the network. */
    private record Cost(double senderMicros, double allMicros, double messages, double bytes) {}

    /** Repeats an operation for a while, after as long a warm-up. The sender has done its part when the operation returns. */
    private Cost measure(SimulatedNetwork network, IntConsumer operation) {
        repeat(network, operation, 0);
        return repeat(network, operation, 1 << 30);
    }

    private Cost repeat(SimulatedNetwork network, IntConsumer operation, int first) {
        long most = (long) (seconds * 1e9);
        long messages = network.messages();
        long bytes = network.bytes();
        long sender = 0;
        long all = 0;
        int count = 0;
        while (all < most) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < BATCH; i++) {
                operation.accept(first + count++);
            }
            long sent = THREADS.getCurrentThreadCpuTime();
            network.deliver();
            sender += sent - start;
            all += THREADS.getCurrentThreadCpuTime() - start;
        }
        return new Cost(
                sender / 1e3 / count,
                all / 1e3 / count,
                (double) (network.messages() - messages) / count,
                (double) (network.bytes() - bytes) / count);
    }

    private void print(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
        out.flush();
    }

    /** The compiler has to have seen all kinds of message before the first figure is taken. */
    private void warmUp() {
        for (boolean flooding : List.of(false, true)) {
            broadcast(SOME, SOME - 1, flooding);
            broadcast(SOME, 1, flooding);
            subscription(new Cluster(SOME, flooding));
        }
    }

    // Broadcasts.

    private void broadcasts() {
        print(
                "A broadcast of %d bytes, by how many of the other nodes want it. CPU in us: sender / all nodes; messages.",
                payload);
        print("%5s  %-26s %-26s %-26s %-26s", "nodes", "all", "one", "none", "none, flooding");
        for (int size : sizes) {
            print(
                    "%5d  %-26s %-26s %-26s %-26s",
                    size,
                    broadcast(size, size - 1, false),
                    broadcast(size, 1, false),
                    broadcast(size, 0, false),
                    broadcast(size, 0, true));
        }
    }

    private String broadcast(int size, int wanting, boolean flooding) {
        Cluster cluster = new Cluster(size, flooding);
        for (int node = 1; node <= wanting; node++) {
            cluster.subscribe(node, "room:lobby");
        }
        cluster.network.deliver();
        PubSub sender = cluster.nodes.get(0);
        Payload body = body();
        long before = delivered;
        Cost cost = measure(cluster.network, i -> sender.broadcast(Broadcast.of("room:lobby", "new_msg", body)));
        if ((delivered > before) != (wanting > 0)) {
            throw new IllegalStateException("delivered: " + (delivered - before) + " (expected: to " + wanting + ")");
        }
        return "%7.2f /%7.2f %6.1f".formatted(cost.senderMicros, cost.allMicros, cost.messages);
    }

    /** A broadcast to one of many topics, each of which one other node wants. */
    private void topics() {
        print("%nA broadcast among %d nodes, by the number of topics; each is wanted by one node.", SOME);
        for (int count : List.of(1, Math.max(1, topics / 100), topics)) {
            print("%,9d topics  %s", count, broadcastAmong(count));
        }
    }

    private String broadcastAmong(int count) {
        Cluster cluster = new Cluster(SOME, false);
        Broadcast[] broadcasts = new Broadcast[count];
        for (int i = 0; i < count; i++) {
            broadcasts[i] = Broadcast.of(topic(i), "new_msg", body());
            cluster.subscribe(1 + i % (SOME - 1), topic(i));
        }
        cluster.network.deliver();
        PubSub sender = cluster.nodes.get(0);
        // A stride over the whole table, so that the caches do not have what is looked up.
        Cost cost = measure(cluster.network, i -> sender.broadcast(broadcasts[Math.floorMod(i * 7919, count)]));
        return "%7.2f /%7.2f %6.1f".formatted(cost.senderMicros, cost.allMicros, cost.messages);
    }

    private Payload body() {
        return Payload.json("{\"x\":\"" + "x".repeat(payload - 8) + "\"}");
    }

    // Topics that come and go.

    private Cost subscription(Cluster cluster) {
        return measure(cluster.network, i -> cluster.subscribe(0, topic(i)).cancel());
    }

    private void subscriptions() {
        print("%nA first subscription and the end of the last one, of a topic. CPU in us: node / all nodes; network.");
        for (int size : sizes) {
            Cluster cluster = new Cluster(size, false);
            Cost cost =
                    measure(cluster.network, i -> cluster.subscribe(0, topic(i)).cancel());
            print(
                    "%5d  %7.2f /%7.2f  %5.1f messages, %6.0f bytes",
                    size, cost.senderMicros, cost.allMicros, cost.messages, cost.bytes);
        }
    }

    private static String topic(int i) {
        return "room:%010d".formatted(i);
    }

    // Tables.

    private void tables() {
        print("%nA node with %,d topics meets others.", topics);
        for (int others : List.of(1, 9)) {
            for (int round = 1; round <= ROUNDS; round++) {
                table(others, round == ROUNDS);
            }
        }
    }

    /** Measures what the first node's table costs that many others, each of which has a table of its own of the same topics. */
    private void table(int others, boolean last) {
        SimulatedNetwork network = new SimulatedNetwork();
        SimulatedNetwork.Site newcomer = network.site(false);
        PubSub.on(newcomer.mesh);
        List<SimulatedNetwork.Site> sites = new ArrayList<>();
        long empty = OwnServer.heap();
        for (int i = 0; i < others; i++) {
            SimulatedNetwork.Site site = network.site(false);
            PubSub.on(site.mesh);
            sites.add(site);
            for (int topic = 0; topic < topics; topic++) {
                site.mesh.topicAdded(topic(topic)).join();
            }
        }
        long own = OwnServer.heap();
        long start = THREADS.getCurrentThreadCpuTime();
        sites.forEach(site -> network.meet(site, newcomer));
        network.deliver();
        long took = THREADS.getCurrentThreadCpuTime() - start;
        long known = OwnServer.heap();
        if (newcomer.mesh.stats().remoteTopics() != topics) {
            throw new IllegalStateException("topics: " + newcomer.mesh.stats() + " (expected: " + topics + ")");
        }
        if (last) {
            print(
                    "%d x %,d topics: %.0f ms CPU on all nodes, %,d messages, %,d bytes;"
                            + " heap: %.0f bytes for each topic of a node's own, %.0f for each topic of others",
                    others,
                    topics,
                    took / 1e6,
                    network.messages(),
                    network.bytes(),
                    (double) (own - empty) / topics / others,
                    (double) (known - own) / topics);
        }
    }
}
