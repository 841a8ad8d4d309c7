package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The session of the guide, docs/guides/cluster.md: nodes that are joined from their consoles, and clients of several of them. */
@Timeout(120)
@InItsOwnProcesses
class ClusterSessionTest {
    private static final Duration MESHED = Duration.ofSeconds(5);
    private static final String BROADCAST = "endpoint.broadcast(\"ping\", \"request_ping\", Map.of())";

    private record Session(ClusterNode server, ClusterNode remote, ClusterNode third) {}

    @Test
    void nodesThatAreConnectedFromTheConsoleBroadcastToTheClientsOfAll(@TempDir Path directory) throws Exception {
        ClusterRig.run(directory, rig -> {
            Session session = session(rig, rig.node("remote@127.0.0.1"));
            ClusterNode server = session.server();
            ClusterNode remote = session.remote();
            ClusterNode third = session.third();
            remote.stop();
            remote.web().start();
            remote.answers("node.connect(\"" + server.address() + "\")", "true");
            remote.awaitList(MESHED, server, third);
            third.awaitList(MESHED, remote, server);
            try (ClusterBalancer haproxy = rig.haproxy(server, remote)) {
                clientsOfBothNodesHear(rig, haproxy, session);
            }
            try (ClusterBalancer nginx = rig.nginx(server, remote)) {
                clientsOfBothNodesHear(rig, nginx, session);
            }
        });
    }

    @Test
    void theConsoleDoesTheSameInATerminal(@TempDir Path directory) throws Exception {
        ClusterRig.run(directory, rig -> {
            ClusterNode remote = rig.node("remote@127.0.0.1").inTerminal();
            session(rig, remote);
            remote.stop();
        });
    }

    /** A server and a node without one; a third that knows only the latter. */
    private static Session session(ClusterRig rig, ClusterNode remote) throws Exception {
        ClusterNode server = rig.node("server@127.0.0.1").web().launch();
        ClusterNode third = rig.node("third@127.0.0.1").launch();
        remote.start();
        server.started();
        remote.answers("node.list()", "[]");
        remote.answers("node.connect(\"" + server.address() + "\")", "true");
        remote.answers("node.list()", "[server@127.0.0.1]");
        server.awaitList(MESHED, remote);

        third.started();
        third.answers("node.connect(\"" + remote.address() + "\")", "true");
        third.awaitList(MESHED, remote, server);
        server.awaitList(MESHED, remote, third);
        remote.awaitList(MESHED, server, third);

        ClusterClient client = rig.clients().phoenix(server.webPort());
        remote.ask(BROADCAST);
        assertThat(client.awaitPings(1)).extracting(ClusterPing::fromNode).containsExactly(server.name());
        return new Session(server, remote, third);
    }

    /** The balancer spreads its clients: the first two are on two nodes. */
    private static void clientsOfBothNodesHear(ClusterRig rig, ClusterBalancer balancer, Session session)
            throws Exception {
        ClusterClients clients = rig.clients();
        List<ClusterClient> two = List.of(clients.phoenix(balancer.port()), clients.phoenix(balancer.port()));
        session.third().ask(BROADCAST);
        assertThat(two)
                .extracting(client -> client.awaitPings(1).get(0).fromNode())
                .containsExactlyInAnyOrder(
                        session.server().name(), session.remote().name());
        two.get(0).requestPing();
        assertThat(two)
                .extracting(client -> client.awaitPings(2).get(1).fromNode())
                .containsExactlyInAnyOrder(
                        session.server().name(), session.remote().name());
    }
}
