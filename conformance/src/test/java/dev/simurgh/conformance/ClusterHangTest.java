package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A node that stops without ending, and goes on later: as with a machine that is paused, or a very long collection of garbage. */
@Timeout(120)
@Isolated("measures how long things take")
@Tag("long")
class ClusterHangTest {
    private static final int TRIPS = 100;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration TICK = Duration.ofMillis(20);

    /** How much longer a round trip may take than before, on a machine that has other things to do. */
    private static final double SLACK_MILLIS = 20;

    private record Nodes(ClusterNode first, ClusterNode second, ClusterNode hanging) {
        void awaitAll() {
            first.awaitList(LIMIT, second, hanging);
            second.awaitList(LIMIT, first, hanging);
            hanging.awaitList(LIMIT, first, second);
        }

        ClusterCrew.Listed awaitSameCrew() {
            return ClusterCrew.awaitSame(LIMIT, first, second, hanging);
        }
    }

    /** A client of the first node, one of the second, one of the node that will hang, and two that HAProxy has spread over the latter. */
    private record Clients(
            ClusterClient asking, ClusterClient hearing, ClusterClient stuck, List<ClusterClient> balanced) {}

    @Test
    void theOthersGoOnWhileANodeHangsAndItComesBack(@TempDir Path directory) throws Exception {
        ClusterRig.run(directory, rig -> {
            Nodes nodes = nodes(rig);
            ClusterCrew.begin(nodes.first(), nodes.second(), nodes.hanging());
            Clients clients = clients(rig, nodes);
            roundTrip(clients); // once, so that the code is warm
            double before = roundTrip(clients);
            ClusterCrew.Listed there = nodes.awaitSameCrew();
            hang(nodes, clients, before);
            comeBack(nodes, clients);
            assertThat(nodes.awaitSameCrew()).as("the same, and none anew").isEqualTo(there);
        });
    }

    private static Nodes nodes(ClusterRig rig) throws Exception {
        ClusterNode first = rig.node("first@127.0.0.1").web().launch();
        ClusterNode second = rig.node("second@127.0.0.1").web().contacts(first).launch();
        ClusterNode hanging =
                rig.node("hanging@127.0.0.1").web().contacts(first).launch();
        List.of(first, second, hanging).forEach(ClusterNode::started);
        Nodes nodes = new Nodes(first, second, hanging);
        nodes.awaitAll();
        return nodes;
    }

    private static Clients clients(ClusterRig rig, Nodes nodes) throws Exception {
        ClusterClients clients = rig.clients();
        int balancer = rig.haproxy(nodes.hanging(), nodes.second()).port();
        Clients made = new Clients(
                clients.plain(1, nodes.first().webPort()).get(0),
                clients.plain(1, nodes.second().webPort()).get(0),
                clients.phoenix(nodes.hanging().webPort()),
                List.of(clients.phoenix(balancer), clients.phoenix(balancer)));
        nodes.first().tick(TICK);
        awaitCrossing(nodes.first(), made.stuck());
        made.balanced().forEach(client -> awaitCrossing(nodes.first(), client));
        assertThat(made.balanced())
                .extracting(ClusterClient::handedOutBy)
                .containsExactlyInAnyOrder(
                        nodes.hanging().name(), nodes.second().name());
        return made;
    }

    private static void hang(Nodes nodes, Clients clients, double before) throws Exception {
        ClusterNode second = nodes.second();
        long hung = System.nanoTime();
        nodes.hanging().signal("STOP");
        CompletableFuture<Double> moved = CompletableFuture.supplyAsync(() -> {
            NetworkRig.awaiting()
                    .atMost(LIMIT)
                    .until(() -> clients.balanced().stream()
                            .allMatch(client -> client.handedOutBy().equals(second.name())));
            return ClusterRig.secondsSince(hung);
        });
        double during = roundTrip(clients);
        nodes.first().awaitList(LIMIT, second);
        second.awaitList(LIMIT, nodes.first());
        double dropped = ClusterRig.secondsSince(hung);
        ClusterCrew.awaitSame(LIMIT, nodes.first(), second);
        double after = roundTrip(clients);
        assertThat(clients.hearing().missed(nodes.first()))
                .as("lost between nodes that did not hang")
                .isZero();
        ClusterRig.figure("hung node: dropped after %.1f s, HAProxy had moved its clients after %.1f s"
                .formatted(dropped, moved.join()));
        ClusterRig.figure(
                "hung node: broadcast round trip of the others %.2f ms before, %.2f ms meanwhile, %.2f ms without it (medians of %d)"
                        .formatted(before, during, after, TRIPS));
        assertThat(during).as("ms while a node hangs").isLessThan(before + SLACK_MILLIS);
        assertThat(after).as("ms after it was dropped").isLessThan(before + SLACK_MILLIS);
    }

    private static void comeBack(Nodes nodes, Clients clients) throws Exception {
        ClusterNode first = nodes.first();
        long resumed = System.nanoTime();
        nodes.hanging().signal("CONT");
        nodes.awaitAll();
        double back = ClusterRig.secondsSince(resumed);
        nodes.awaitSameCrew();
        ClusterRig.figure("hung node: back %.1f s after SIGCONT, presences after %.1f s"
                .formatted(back, ClusterRig.secondsSince(resumed)));
        awaitCrossing(first, clients.stuck());
        nodes.hanging().ask("endpoint.broadcast(\"ping\", \"request_ping\", Map.of(\"by\", node.self(), \"n\", 1))");
        clients.hearing().awaitPingAfter(0, nodes.hanging(), LIMIT);
        List.of(clients.asking(), clients.hearing(), clients.stuck())
                .forEach(client -> client.checkAtMostOnceInOrder(first));
        // Views merge in several steps, in which also nodes may lose sight of each other that did not hang: then
        // delivery is at most once.
        ClusterRig.figure("hung node: when it came back, the others lost %d broadcasts between them"
                .formatted(clients.hearing().missed(first)));
    }

    private static void awaitCrossing(ClusterNode from, ClusterClient to) {
        to.awaitPingAfter(to.last(from), from, LIMIT);
    }

    /** How long it takes, in ms, until a broadcast that a client of one node asks for is at a client of the other: the median. */
    private static double roundTrip(Clients clients) {
        ClusterClient hearing = clients.hearing();
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < TRIPS; i++) {
            int before = requested(hearing).size();
            long asked = System.nanoTime();
            clients.asking().requestPing();
            List<ClusterPing> heard = NetworkRig.awaiting()
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> requested(hearing), pings -> pings.size() > before);
            millis.add((heard.get(before).atNanos() - asked) / 1e6);
        }
        return millis.stream().sorted().toList().get(TRIPS / 2);
    }

    /** The pings that a client has asked for: these have no sender. */
    private static List<ClusterPing> requested(ClusterClient client) {
        return client.pings().stream().filter(ping -> ping.by().isEmpty()).toList();
    }
}
