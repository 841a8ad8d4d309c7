package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A deploy: three nodes behind a load balancer are stopped and started one after the other, while broadcasts go on. */
@Timeout(180)
@Isolated("measures how long things take")
@Tag("long")
class ClusterRollingRestartTest {
    private static final int CLIENTS = 60;
    private static final Duration TICK = Duration.ofMillis(20);
    private static final double LIMIT_SECONDS = 90;

    @Test
    void everyClientEndsUpConnectedAndHearsNothingTwice(@TempDir Path directory) throws Exception {
        ClusterRig.run(directory, rig -> {
            ClusterNode sender = rig.node("sender@127.0.0.1").launch();
            List<ClusterNode> nodes = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                nodes.add(rig.node("node" + i + "@127.0.0.1")
                        .web()
                        .contacts(sender)
                        .withoutConsole()
                        .launch());
            }
            sender.started();
            nodes.forEach(ClusterNode::started);
            ClusterNode[] all = nodes.toArray(ClusterNode[]::new);
            sender.awaitList(NetworkRig.PATIENCE, all);
            ClusterBalancer balancer = rig.haproxy(all);
            ClusterClients clients = rig.clients();
            List<ClusterClient> listening = new ArrayList<>(clients.plain(CLIENTS, balancer.port()));
            listening.add(clients.phoenix(balancer.port()));
            listening.add(clients.phoenix(balancer.port()));
            sender.tick(TICK);
            listening.forEach(client -> client.awaitPings(1));
            ClusterCrew.begin(sender);
            nodes.forEach(node -> rig.with(present(node)));
            awaitPresent(sender, all);

            long began = System.nanoTime();
            for (ClusterNode node : nodes) {
                node.stop();
                sender.awaitList(
                        NetworkRig.PATIENCE,
                        nodes.stream().filter(other -> other != node).toArray(ClusterNode[]::new));
                awaitPresent(
                        sender, nodes.stream().filter(other -> other != node).toArray(ClusterNode[]::new));
                node.start();
                sender.awaitList(NetworkRig.PATIENCE, all);
                rig.with(present(node));
                awaitPresent(sender, all);
                NetworkRig.awaitUntil(clients::joined);
                listening.forEach(client -> client.awaitPingAfter(client.last(sender), sender, NetworkRig.PATIENCE));
            }
            double took = ClusterRig.secondsSince(began);
            sender.stopTicking();
            listening.forEach(client -> client.checkAtMostOnceInOrder(sender));
            report(listening, sender, took);
            assertThat(took).as("seconds").isLessThan(LIMIT_SECONDS);
        });
    }

    /** A client of a node, in the room where jobs of the sender are. */
    private static TopicTalk present(ClusterNode node) {
        TopicTalk talk = TopicTalk.to(node.webPort(), ClusterCrew.TOPIC);
        try {
            talk.join("{\"name\":\"of " + node.name() + "\"}");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return talk;
    }

    /** Waits until the sender lists one client of each of these nodes, and its own jobs. */
    private static void awaitPresent(ClusterNode sender, ClusterNode... nodes) {
        Map<String, Integer> expected = new TreeMap<>(Map.of(sender.name(), ClusterCrew.JOBS));
        Stream.of(nodes).forEach(node -> expected.put(node.name(), 1));
        ClusterCrew.awaitJobs(sender, expected);
    }

    private static void report(List<ClusterClient> clients, ClusterNode sender, double seconds) {
        int missed = clients.stream().mapToInt(client -> client.missed(sender)).sum();
        int heard =
                clients.stream().mapToInt(client -> client.pings(sender).size()).sum();
        ClusterRig.figure(
                "rolling restart: 3 nodes in %.1f s; %d clients heard %d broadcasts, one each %d ms, and none twice"
                        .formatted(seconds, clients.size(), heard, TICK.toMillis()));
        ClusterRig.figure("rolling restart: %d broadcasts were missed, %.1f by each client"
                .formatted(missed, missed / (double) clients.size()));
    }
}
