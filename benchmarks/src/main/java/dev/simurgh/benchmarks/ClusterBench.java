package dev.simurgh.benchmarks;

import dev.simurgh.cluster.Mesh;
import dev.simurgh.cluster.MeshStats;
import dev.simurgh.cluster.jgroups.JGroupsCluster;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a broadcast between nodes costs. This process is the sender; each other node is a process of its own. Times are comparable
 * between them, since all read the same clock of the machine.
 */
@Command(
        name = "simurgh bench " + ClusterBench.NAME,
        sortOptions = false,
        description = "Broadcasts from one node to others on the loopback address, and tells what that costs.",
        footer = "Exit status: 0 all well, 1 usage or set-up error, 2 broadcasts are missing.")
final class ClusterBench implements Callable<Integer> {
    static final String NAME = "cluster";

    private static final long REPORT_SECONDS = 30;
    private static final double NANOS_PER_SECOND = 1e9;

    @Option(names = "--nodes", description = "nodes in all, with the sender (default: ${DEFAULT-VALUE})")
    private int nodes = 3;

    @Option(
            names = "--interested",
            defaultValue = "-1",
            description = "how many have a subscriber (default: all others)")
    private int interested;

    @Option(
            names = "--window",
            description =
                    "broadcasts outstanding at the slowest node (default: ${DEFAULT-VALUE}); the next goes out when"
                            + " one is done")
    private int window = 1000;

    @Option(
            names = "--rate",
            description = "an open loop: broadcasts a second, whether earlier ones have arrived or not")
    private double rate;

    @Option(names = "--payload", description = "bytes of a payload (default: ${DEFAULT-VALUE})")
    private int payload = 100;

    @Option(names = "--seconds", description = "measured time (default: ${DEFAULT-VALUE})")
    private double seconds = 5;

    @Option(names = "--warmup", description = "load before that (default: ${DEFAULT-VALUE})")
    private double warmup = 5;

    @Option(names = "--secret", description = "with TLS, by a shared secret of at least 32 characters")
    private String secret = "";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    boolean help;

    private final PrintStream out;
    private final BlockingQueue<Payload> reports = new LinkedBlockingQueue<>();
    private long[] done = {};
    private long sent;
    private final Thread thread = Thread.currentThread();

    ClusterBench(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws Exception {
        BenchOptions.within("--nodes", nodes, 1, 50);
        BenchOptions.within("--payload", payload, Stamp.LENGTH, 1 << 20);
        BenchOptions.within("--window", window, 1, 1 << 20);
        BenchOptions.within("--seconds", seconds, 0.1, 3600);
        BenchOptions.within("--warmup", warmup, 0, 3600);
        BenchOptions.within("--rate", rate, 0, 10_000_000);
        interested = interested < 0 ? nodes - 1 : interested;
        BenchOptions.within("--interested", interested, 0, nodes - 1);
        done = new long[interested];
        int port = ClusterBenchNode.freePort();
        JGroupsCluster.Builder builder =
                JGroupsCluster.builder().name(ClusterBenchNode.SENDER).port(port);
        Mesh mesh = (secret.isEmpty() ? builder : builder.secret(secret)).build();
        List<ClusterBenchNode> others = new ArrayList<>();
        try (PubSub sender = PubSub.on(mesh)) {
            sender.subscribe(ClusterBenchNode.ACKS, SerialLoop.on(Runnable::run), this::acknowledged);
            sender.subscribe(ClusterBenchNode.REPORTS, SerialLoop.on(Runnable::run), b -> reports.add(b.payload()));
            for (int i = 1; i < nodes; i++) {
                others.add(ClusterBenchNode.start(i, port, i <= interested, Math.max(1, window / 4), secret));
            }
            for (ClusterBenchNode other : others) {
                other.awaitReady();
            }
            return measure(sender, mesh, others);
        } finally {
            others.forEach(ClusterBenchNode::close);
        }
    }

    private int measure(PubSub sender, Mesh mesh, List<ClusterBenchNode> others) throws Exception {
        load(sender, warmup);
        Measured here = Measured.self();
        Measured there = new Measured(others.stream().map(ClusterBenchNode::pid).toList());
        MeshStats statsBefore = mesh.stats();
        long sentBefore = sent;
        report(sender); // and forget what was before
        double hereBefore = here.cpuSeconds();
        double thereBefore = there.cpuSeconds();
        long began = System.nanoTime();
        load(sender, seconds);
        double elapsed = (System.nanoTime() - began) / NANOS_PER_SECOND;
        Histogram latency = report(sender);
        long broadcasts = sent - sentBefore;
        Report report = new Report();
        report.put("nodes", nodes);
        report.put("interested", interested);
        report.put(
                "broadcasts_per_s", broadcasts / elapsed, 0, rate > 0 ? "open loop" : "closed loop, window " + window);
        report.put(
                "sender_cpu_per_broadcast_us",
                Measured.micros(here.cpuSeconds() - hereBefore, broadcasts),
                2,
                "of this process");
        if (nodes > 1) {
            double cpu = Measured.micros(there.cpuSeconds() - thereBefore, broadcasts) / (nodes - 1);
            report.put("other_cpu_per_broadcast_us", cpu, 2, "of one other node");
        }
        report.put("latency", latency);
        MeshStats stats = mesh.stats();
        report.put("messages_sent", stats.sent() - statsBefore.sent());
        report.putIfAny("refused", stats.refused() - statsBefore.refused(), "dropped by the sender");
        out.print(report.text());
        return latency.getTotalCount() == broadcasts * interested ? Bench.OK : Bench.INCOMPLETE;
    }

    /** Asks the interested nodes for the latencies that they have seen since the last report; behind all that was sent before. */
    private Histogram report(PubSub sender) throws Exception {
        Histogram all = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        sender.broadcast(Broadcast.of(ClusterBenchNode.LOAD, ClusterBenchNode.REPORT, Payload.EMPTY));
        for (int i = 0; i < interested; i++) {
            Payload report = reports.poll(REPORT_SECONDS, TimeUnit.SECONDS);
            if (report == null) {
                throw new IllegalStateException(
                        "no report after " + REPORT_SECONDS + " s (expected: one of each node)");
            }
            all.add(ClusterBenchNode.histogram(report));
        }
        return all;
    }

    private void load(PubSub sender, double time) {
        long began = System.nanoTime();
        long end = began + (long) (time * NANOS_PER_SECOND);
        long first = sent;
        for (long now = began; now < end; now = System.nanoTime()) {
            long due = rate > 0 ? began + (long) ((sent - first) * NANOS_PER_SECOND / rate) : now;
            if (due > now) {
                LockSupport.parkNanos(due - now);
            } else if (rate == 0 && outstanding() >= window) {
                LockSupport.parkNanos(1_000_000); // an acknowledgement ends it
            } else {
                sender.broadcast(ClusterBenchNode.load(payload, rate > 0 ? due : now));
                sent++;
            }
        }
    }

    private synchronized long outstanding() {
        long least = sent;
        for (long arrived : done) {
            least = Math.min(least, arrived);
        }
        return sent - least;
    }

    private void acknowledged(Broadcast ack) {
        synchronized (this) {
            done[ClusterBenchNode.index(ack)] = ClusterBenchNode.count(ack);
        }
        LockSupport.unpark(thread);
    }
}
