package dev.simurgh.conformance;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The nodes, balancers and clients of one test, which end with it. */
final class ClusterRig {
    interface Scenario {
        void run(ClusterRig rig) throws Exception;
    }

    private final Path directory;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final List<ClusterNode> nodes = new ArrayList<>();

    /** For several scenarios, whose files go to the directory. */
    ClusterRig(Path directory) {
        this.directory = directory;
    }

    /** Runs a scenario with nodes of its own, whose files go to the directory. */
    static void run(Path directory, Scenario scenario) throws Exception {
        ClusterRig rig = new ClusterRig(directory);
        try {
            rig.run(scenario);
        } finally {
            rig.end();
        }
    }

    /** Runs a scenario. If it fails, what the nodes said is told with the failure. */
    void run(Scenario scenario) throws Exception {
        try {
            scenario.run(this);
        } catch (Exception | AssertionError e) {
            nodes.forEach(node -> e.addSuppressed(new AssertionError(node.said())));
            throw e;
        }
    }

    /** Ends all that was started with it. */
    void end() throws Exception {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }

    /** A node to be started. */
    ClusterNode node(String name) {
        ClusterNode node = with(ClusterNode.named(name, directory));
        nodes.add(node);
        return node;
    }

    /** Clients; the real ones are started by the command, if one is given. */
    ClusterClients clients(String... by) {
        return with(new ClusterClients(by));
    }

    ClusterBalancer haproxy(ClusterNode... before) throws Exception {
        return with(ClusterBalancer.haproxy(directory, before));
    }

    ClusterBalancer nginx(ClusterNode... before) throws Exception {
        return with(ClusterBalancer.nginx(directory, before));
    }

    /** Ends it with the scenario, the last first. */
    <T extends AutoCloseable> T with(T part) {
        running.push(part);
        return part;
    }

    /** Tells a measured figure to who reads the build's output. */
    @SuppressWarnings("SystemOut") // that is where it is read
    static void figure(String text) {
        System.out.println("cluster: " + text);
    }

    static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
