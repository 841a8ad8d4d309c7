package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A node that dies without a word under its clients, behind a load balancer that sends them to another. */
@Timeout(3600) // with many restarts
@Isolated("measures how long things take")
class ClusterKillTest {
    private static final int CLIENTS = 50;
    private static final int ROUNDS = Integer.getInteger("conformance.restarts", 2);
    private static final Duration TICK = Duration.ofMillis(20);
    private static final double VIEW_SECONDS = 3;
    private static final double BACK_SECONDS = 5;

    @Test
    void clientsOfAKilledNodeHearTheNextBroadcastFromAnother(@TempDir Path directory) throws Exception {
        ClusterRig.run(directory, rig -> {
            ClusterNode sender = rig.node("sender@127.0.0.1").launch();
            ClusterNode first =
                    rig.node("first@127.0.0.1").web().contacts(sender).launch();
            ClusterNode second =
                    rig.node("second@127.0.0.1").web().contacts(sender).launch();
            List.of(sender, first, second).forEach(ClusterNode::started);
            sender.awaitList(NetworkRig.PATIENCE, first, second);
            first.awaitList(NetworkRig.PATIENCE, second, sender);
            ClusterCrew.begin(sender, first, second);
            ClusterCrew.awaitSame(NetworkRig.PATIENCE, sender, first, second);
            ClusterBalancer balancer = rig.haproxy(first, second);
            ClusterClients clients = rig.clients();
            sender.tick(TICK);
            List<ClusterClient> all = new ArrayList<>(clients.plain(CLIENTS, balancer.port()));
            all.add(clients.phoenix(balancer.port()));
            all.add(clients.phoenix(balancer.port()));
            for (int round = 0; round < ROUNDS; round++) {
                ClusterNode victim = round % 2 == 0 ? first : second;
                ClusterNode survivor = round % 2 == 0 ? second : first;
                awaitServedBy(clients, balancer, survivor);
                killOne(victim, survivor, sender, all);
                victim.start();
                sender.awaitList(NetworkRig.PATIENCE, first, second);
                ClusterCrew.begin(victim);
                ClusterCrew.Listed there = ClusterCrew.awaitSame(NetworkRig.PATIENCE, sender, first, second);
                assertThat(there.jobs().values()).containsOnly(ClusterCrew.JOBS);
            }
            all.forEach(client -> client.checkAtMostOnceInOrder(sender));
            ClusterRig.figure("%d kills: each client missed %.1f broadcasts of one each %d ms"
                    .formatted(
                            ROUNDS,
                            all.stream()
                                    .mapToInt(client -> client.missed(sender))
                                    .average()
                                    .orElseThrow(),
                            TICK.toMillis()));
        });
    }

    private static void killOne(ClusterNode victim, ClusterNode survivor, ClusterNode sender, List<ClusterClient> all) {
        List<ClusterClient> moved = all.stream()
                .filter(client -> client.handedOutBy().equals(victim.name()))
                .toList();
        assertThat(moved).as("clients of the node to be killed").isNotEmpty();
        long killed = System.nanoTime();
        victim.kill();
        CompletableFuture<Double> view = CompletableFuture.supplyAsync(() -> {
            sender.awaitList(NetworkRig.PATIENCE, survivor);
            survivor.awaitList(NetworkRig.PATIENCE, sender);
            return ClusterRig.secondsSince(killed);
        });
        CompletableFuture<Double> presences = view.thenApply(seen -> {
            ClusterCrew.awaitSame(NetworkRig.PATIENCE, sender, survivor);
            return ClusterRig.secondsSince(killed);
        });
        NetworkRig.awaitUntil(() -> moved.stream()
                .allMatch(client -> backNanos(client, survivor, killed).isPresent()));
        List<Double> back = moved.stream()
                .map(client -> (backNanos(client, survivor, killed).orElseThrow() - killed) / 1e9)
                .sorted()
                .toList();
        double last = back.get(back.size() - 1);
        ClusterRig.figure(
                "kill -9: %d clients heard again after %.3f s (median), %.3f s (last); view right after %.2f s, presences after %.2f s"
                        .formatted(moved.size(), back.get(back.size() / 2), last, view.join(), presences.join()));
        assertThat(last).as("seconds until all clients heard again").isLessThan(BACK_SECONDS);
        assertThat(view.join()).as("seconds until the view was right").isLessThan(VIEW_SECONDS);
    }

    /** When it got its first ping from this node since then. */
    private static Optional<Long> backNanos(ClusterClient client, ClusterNode from, long since) {
        return client.pings().stream()
                .filter(ping -> ping.atNanos() > since && ping.fromNode().equals(from.name()))
                .map(ClusterPing::atNanos)
                .findFirst();
    }

    /** Waits until the balancer knows that the node is there: as it has the fewest clients, a new one is sent to it. */
    private static void awaitServedBy(ClusterClients clients, ClusterBalancer balancer, ClusterNode node) {
        NetworkRig.awaiting()
                .pollInterval(Duration.ofMillis(200))
                .until(() -> clients.plain(1, balancer.port())
                        .get(0)
                        .awaitPings(1)
                        .get(0)
                        .fromNode()
                        .equals(node.name()));
    }
}
