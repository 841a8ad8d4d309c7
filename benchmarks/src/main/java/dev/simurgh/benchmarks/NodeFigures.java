package dev.simurgh.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** What it costs that several nodes know of each other who is present: memory, bytes, CPU and time. */
final class NodeFigures {
    private static final int NODES = 3;
    private static final String TOPIC = PresenceSubject.TOPICS + 0;
    private static final String WARM = PresenceSubject.TOPICS + "warm";
    private static final double PATIENCE_SECONDS = 30;
    private static final double SETTLE_SECONDS = 3;
    private static final double WARM_SECONDS = 2;
    private static final int SOME = 5000;

    private final PresenceOptions options;
    private final List<PresenceNode> nodes = new ArrayList<>();
    private int port;

    NodeFigures(PresenceOptions options) {
        this.options = options;
    }

    boolean taken(Report report) throws Exception {
        try {
            port = ClusterBenchNode.freePort();
            nodes.add(PresenceNode.start(options.serverOptions, name(0), port, ""));
            for (int i = 1; i < NODES; i++) {
                join();
            }
            return measure(report);
        } finally {
            nodes.forEach(PresenceNode::close);
        }
    }

    private static String name(int node) {
        return "node" + node + "@127.0.0.1";
    }

    private PresenceNode join() throws IOException {
        PresenceNode node = PresenceNode.start(
                options.serverOptions, name(nodes.size()), ClusterBenchNode.freePort(), name(0) + ":" + port);
        nodes.add(node);
        return node;
    }

    private boolean measure(Report report) throws Exception {
        PresenceNode owner = nodes.get(0);
        PresenceNode copy = nodes.get(1);
        owner.fill(WARM, SOME, options.meta);
        if (copy.awaitCount(WARM, SOME, PATIENCE_SECONDS) >= PATIENCE_SECONDS) {
            return false;
        }
        owner.update(WARM, options.rate, Math.min(WARM_SECONDS, options.seconds));
        report.put("nodes", NODES, "processes, over JGroups");
        boolean whole = filled(report, owner, copy);
        whole &= updated(report, owner, copy);
        idle(report);
        whole &= arrival(report);
        return whole;
    }

    /** What each entry takes, and what it costs that many come at once. */
    private boolean filled(Report report, PresenceNode owner, PresenceNode copy) throws Exception {
        int entries = options.entries;
        long ownerHeap = owner.heap();
        long copyHeap = copy.heap();
        double ownerCpu = owner.measured().cpuSeconds();
        double copyCpu = copy.measured().cpuSeconds();
        PresenceNode.Sent before = owner.sent();
        long began = System.nanoTime();
        owner.fill(TOPIC, entries, options.meta);
        boolean whole = copy.awaitCount(TOPIC, entries, PATIENCE_SECONDS) < PATIENCE_SECONDS;
        double seconds = (System.nanoTime() - began) / 1e9;
        ownerCpu = owner.measured().cpuSeconds() - ownerCpu;
        copyCpu = copy.measured().cpuSeconds() - copyCpu;
        PresenceNode.Sent after = owner.sent();
        report.put("entries", entries, "with a meta of " + options.meta + " bytes, each of an owner of its own");
        report.put("filled_s", seconds, 2, "until another node has all");
        report.put("owner_cpu_per_track_us", Measured.micros(ownerCpu, entries), 2, "for all nodes");
        report.put("copy_cpu_per_track_us", Measured.micros(copyCpu, entries), 2, "of another node");
        report.put(
                "bytes_per_track",
                (double) (after.bytes() - before.bytes()) / entries / (NODES - 1),
                1,
                "to each other node, without headers of the network");
        report.put(
                "messages_per_track", (double) (after.messages() - before.messages()) / entries / (NODES - 1), 4, "");
        report.put(
                "owner_bytes_per_entry",
                (owner.heap() - ownerHeap) / entries,
                "of the heap, key, owner and the meta's " + options.meta + " bytes included");
        report.put("copy_bytes_per_entry", (copy.heap() - copyHeap) / entries, "the same on another node");
        return whole;
    }

    /** Updates at a given rate: how long until another node's clients could be told. */
    private boolean updated(Report report, PresenceNode owner, PresenceNode copy)
            throws IOException, DataFormatException, InterruptedException {
        copy.watch(TOPIC);
        long warm = owner.update(TOPIC, options.rate, Math.min(WARM_SECONDS, options.seconds));
        copy.awaitSeen(warm, PATIENCE_SECONDS);
        copy.latencies();
        double ownerCpu = owner.measured().cpuSeconds();
        double copyCpu = nodes.get(2).measured().cpuSeconds();
        PresenceNode.Sent before = owner.sent();
        long updates = owner.update(TOPIC, options.rate, options.seconds);
        ownerCpu = owner.measured().cpuSeconds() - ownerCpu;
        copyCpu = nodes.get(2).measured().cpuSeconds() - copyCpu;
        PresenceNode.Sent after = owner.sent();
        copy.awaitSeen(updates, PATIENCE_SECONDS);
        ByteBuffer encoded = ByteBuffer.wrap(Base64.getDecoder().decode(copy.latencies()));
        Histogram latencies = Histogram.decodeFromCompressedByteBuffer(encoded, 0);
        report.put("updates", updates, "at " + Math.round(options.rate) + " a second");
        report.put("owner_cpu_per_update_us", Measured.micros(ownerCpu, updates), 2, "for all nodes");
        report.put("copy_cpu_per_update_us", Measured.micros(copyCpu, updates), 2, "of a node where nobody listens");
        report.put(
                "bytes_per_update",
                (double) (after.bytes() - before.bytes()) / Math.max(1, updates) / (NODES - 1),
                1,
                "to each other node");
        report.put("update_latency", latencies);
        return latencies.getTotalCount() == updates;
    }

    private void idle(Report report) throws Exception {
        TimeUnit.MILLISECONDS.sleep((long) (Math.min(SETTLE_SECONDS, 2 * options.seconds) * 1000));
        double cpu = 0;
        long bytes = 0;
        for (PresenceNode node : nodes) {
            cpu -= node.measured().cpuSeconds();
            bytes -= node.sent().bytes();
        }
        TimeUnit.MILLISECONDS.sleep((long) (options.seconds * 1000));
        for (PresenceNode node : nodes) {
            cpu += node.measured().cpuSeconds();
            bytes += node.sent().bytes();
        }
        int pairs = NODES * (NODES - 1);
        report.put("idle_bytes_per_s", bytes / options.seconds / pairs, 1, "from each node to each other");
        report.put("idle_cpu_pct", cpu / options.seconds / NODES * 100, 2, "of one core, each node, JGroups included");
    }

    /** A node that comes later gets all. */
    private boolean arrival(Report report) throws Exception {
        long before = 0;
        for (PresenceNode node : nodes) {
            before += node.sent().bytes();
        }
        long began = System.nanoTime();
        PresenceNode late = join();
        double started = (System.nanoTime() - began) / 1e9;
        double took = late.awaitCount(TOPIC, options.entries, PATIENCE_SECONDS);
        long after = 0;
        for (PresenceNode node : nodes.subList(0, NODES)) {
            after += node.sent().bytes();
        }
        report.put("newcomer_start_s", started, 2, "a fourth node, its JVM included");
        report.put("newcomer_s", took, 2, "from then on until it has all");
        report.put("newcomer_bytes_per_entry", (after - before) / (options.entries + SOME), "from all others together");
        return took < PATIENCE_SECONDS;
    }
}
