package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.jgroups.Cluster.Node;
import dev.simurgh.cluster.spi.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class JGroupsCarrierTest {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final Cluster cluster = new Cluster();

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void nodesThatWereNotToldOfEachOtherDoNotMeet() {
        Node a = cluster.start();
        Node b = cluster.start();
        Node c = cluster.start(b);
        Cluster.awaitTogether(b, c);
        assertEquals(0, a.met());
    }

    @Test
    void oneContactIsEnough() {
        Node a = cluster.start();
        Node b = cluster.start(a);
        Node c = cluster.start(b);
        assertEquals(2, c.met(), "the start returns with the view");
        Cluster.awaitTogether(a, b, c);
    }

    @Test
    void aloneConnectsToAlone() {
        Node a = cluster.start();
        Node b = cluster.start();
        a.connect(b);
        Cluster.awaitTogether(a, b);
    }

    @Test
    void aloneConnectsToACluster() {
        Node a = cluster.start();
        Node b = cluster.start();
        Node c = cluster.start(b);
        a.connect(c);
        Cluster.awaitTogether(a, b, c);
    }

    @Test
    void aClusterConnectsToOneThatIsAlone() {
        Node a = cluster.start();
        Node b = cluster.start();
        Node c = cluster.start(b);
        c.connect(a);
        Cluster.awaitTogether(a, b, c);
    }

    @Test
    void aClusterConnectsToACluster() {
        Node a = cluster.start();
        Node b = cluster.start(a);
        Node c = cluster.start();
        Node d = cluster.start(c);
        Link before = a.events.links.get(0);
        b.connect(d);
        Cluster.awaitTogether(a, b, c, d);
        assertTrue(a.events.links.contains(before), "who has been together stays so");
        cluster.nodes.forEach(node -> node.sendAll(0, 10));
        Cluster.until(() -> cluster.nodes.stream().allMatch(node -> node.events.total() == 30));
    }

    @Test
    void aThirdReachesTheServerThroughTheRemoteOne() {
        Node server = cluster.start();
        Node remote = cluster.start();
        remote.connect(server);
        Node third = cluster.start();
        third.connect(remote);
        Cluster.awaitTogether(server, remote, third);
    }

    @Test
    void whoIsConnectedAlreadyConnectsAtOnce() {
        Node a = cluster.start();
        Node b = cluster.start(a);
        Cluster.awaitTogether(a, b);
        b.connect(a);
        Cluster.awaitTogether(a, b);
        assertEquals(1, a.events.ups.get());
    }

    @Test
    void toConnectToNobodyTakesSecondsAndHurtsNothing() {
        Node a = cluster.start();
        Node b = cluster.start(a);
        long start = System.nanoTime();
        b.connect("nobody@127.0.0.1:" + Ports.free());
        long took = System.nanoTime() - start;
        assertTrue(took < CONNECT.toNanos(), "took " + Duration.ofNanos(took));
        Cluster.awaitTogether(a, b);
        assertEquals(1, a.events.ups.get());
    }

    @Test
    void aContactThatComesLaterIsFound() {
        String late = "late@127.0.0.1:" + Ports.free();
        Node early = cluster.start(
                "early@127.0.0.1:" + Ports.free(), JGroupsCluster.builder().connect(late));
        assertEquals(0, early.met());
        Cluster.awaitTogether(early, cluster.start(late, JGroupsCluster.builder()));
    }

    @Test
    void aNodeIsLookedForAtTheUsualPortsByItsName() {
        Node server = cluster.start("server@127.0.0.3", JGroupsCluster.builder());
        Node other = cluster.start("other@127.0.0.3", JGroupsCluster.builder());
        Node a = cluster.start(
                "a@127.0.0.3:" + Ports.free(), JGroupsCluster.builder().connect("server@127.0.0.3"));
        Cluster.awaitTogether(a, server);
        assertEquals(0, other.met());
        other.connect("a@127.0.0.3:" + portOf(a));
        Cluster.awaitTogether(a, server, other);
    }

    private static String portOf(Node node) {
        return node.address.substring(node.address.lastIndexOf(':') + 1);
    }

    @Test
    void nodesOfOneSecretMeetAndOthersStayOutside() {
        String secret = "0123456789abcdef".repeat(2);
        Node a = cluster.start(
                "a@127.0.0.1:" + Ports.free(), JGroupsCluster.builder().secret(secret));
        Node b = cluster.start(
                "b@127.0.0.1:" + Ports.free(),
                JGroupsCluster.builder().secret(secret).connect(a.address));
        Node stranger = cluster.start(
                "stranger@127.0.0.1:" + Ports.free(), JGroupsCluster.builder().secret(secret + "!"));
        Node plain = cluster.start();
        // each takes seconds, so they try together
        CompletableFuture.allOf(stranger.connecting(a), plain.connecting(a), a.connecting(plain))
                .join();
        Cluster.awaitTogether(a, b);
        assertEquals(0, stranger.met());
        assertEquals(0, plain.met());
        assertTrue(a.events.links.get(0).send(Recorder.message(0, 1_000_000)));
        Cluster.until(() -> b.events.total() == 1);
    }

    @Test
    void whoLeavesIsGoneAtTheOthers() {
        Node a = cluster.start();
        Node b = cluster.start(a);
        Node c = cluster.start(a);
        Cluster.awaitTogether(a, b, c);
        a.carrier.close();
        assertEquals(0, a.met());
        Cluster.awaitTogether(b, c);
    }

    @Test
    void messagesOfAllArriveOnceAndInOrder() {
        Node a = cluster.start();
        Node b = cluster.start(a);
        Node c = cluster.start(a);
        Cluster.awaitTogether(a, b, c);
        cluster.nodes.forEach(node -> node.sendAll(0, 10_000));
        Cluster.until(() -> cluster.nodes.stream().allMatch(node -> node.events.total() == 20_000));
    }

    @Test
    void aBigMessageArrives() {
        Node a = cluster.start();
        Node b = cluster.start(a);
        Cluster.awaitTogether(a, b);
        Link link = a.events.links.get(0);
        assertTrue(link.send(Recorder.message(0, 5_000_000)));
        assertTrue(link.send(Recorder.message(1, 10)));
        Cluster.until(() -> b.events.total() == 2);
    }

    @Test
    void aPortThatIsTakenIsToldClearly() throws IOException {
        InetAddress host = InetAddress.getLoopbackAddress();
        try (ServerSocket taken = new ServerSocket(Ports.free(), 1, host)) {
            int port = taken.getLocalPort();
            ClusterStartException e = assertThrows(
                    ClusterStartException.class, () -> cluster.start("a@127.0.0.1:" + port, JGroupsCluster.builder()));
            assertEquals("cluster port " + port + " on 127.0.0.1 is taken (expected: a free port)", e.getMessage());
        }
    }

    @Test
    void aHostThatIsNotHereIsToldClearly() {
        ClusterStartException e = assertThrows(
                ClusterStartException.class,
                () -> cluster.start("a@192.0.2.1:7700", JGroupsCluster.builder().plaintext()));
        assertEquals("cluster host 192.0.2.1 (expected: an address of this machine)", e.getMessage());
    }

    @Test
    void onlyTheClusterPortIsOpenAndOnlyAtItsHost() throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/net/tcp")), "no /proc");
        Set<String> before = ownSockets();
        int port = Ports.free();
        Node a = cluster.start("a@127.0.0.2:" + port, JGroupsCluster.builder());
        assertEquals(0, a.met());
        List<String> opened = new ArrayList<>();
        for (String kind : List.of("tcp", "tcp6", "udp", "udp6", "raw", "raw6")) {
            for (String line : Files.readAllLines(Path.of("/proc/self/net/" + kind))) {
                String[] words = line.trim().split(" +", -1);
                boolean listens = !kind.startsWith("tcp") || words[3].equals("0A");
                if (listens && !before.contains(words[9]) && ownSockets().contains(words[9])) {
                    opened.add(words[1]);
                }
            }
        }
        assertEquals(1, opened.size(), opened::toString);
        String address = "0200007F:%04X".formatted(port); // 127.0.0.2, alone or as the end of an IPv6 address
        assertTrue(opened.get(0).endsWith(address), opened::toString);
    }

    /** The numbers of the sockets that this process has. */
    private static Set<String> ownSockets() throws IOException {
        Set<String> numbers = new HashSet<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : files.toList()) {
                if (Files.isSymbolicLink(file) && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    String target = Files.readSymbolicLink(file).toString();
                    if (target.startsWith("socket:[")) {
                        numbers.add(target.substring(8, target.length() - 1));
                    }
                }
            }
        }
        return numbers;
    }

    @Test
    void afterTheEndItsThreadsAreGone() {
        Node a = cluster.start();
        Node b = cluster.start(a);
        Cluster.awaitTogether(a, b);
        a.carrier.close();
        b.carrier.close();
        Cluster.until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith(ClusterThreads.PREFIX)));
        assertFalse(a.carrier
                .connect(dev.simurgh.cluster.NodeAddress.parse(b.address))
                .isCompletedExceptionally());
    }
}
