package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers that are killed ({@code kill -9}) under load, again and again, while clients publish, and come back: with {@code
 * -Dconformance.kills=100} so often.
 */
@Timeout(3600)
@InItsOwnProcesses
class KeptKillTest {
    private static final int KILLS = Integer.getInteger("conformance.kills", 5);
    private static final int ACKNOWLEDGED_BETWEEN = 40;
    private static final int CLIENTS = 3;
    private static final String CLIENT_THREADS = "kept-client";
    private static final Duration PAUSE = Duration.ofMillis(10);
    /** Fewer than a topic keeps. */
    private static final int LATE = 8000;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory(CLIENT_THREADS, true), NioIoHandler.newFactory());
    private final List<ServerProcess> servers = new ArrayList<>();
    private final Map<String, List<KeptClient>> topics =
            Map.of("kept:a", new ArrayList<>(), "kept:b", new ArrayList<>());

    private String killed = "nobody";

    @TempDir
    Path directory;

    @AfterEach
    void end() {
        all().forEach(KeptClient::stop);
        servers.forEach(ServerProcess::close);
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    @Test
    void onSqliteNothingIsLostNorTwice() throws Exception {
        servers.add(
                new ServerProcess(List.of("--data", directory.resolve("kept.db").toString())));

        killUnderLoad(KILLS);
    }

    @Test
    @EnabledIfSystemProperty(named = "conformance.kills", matches = "\\d+") // else two nodes will do
    void onPostgresqlNothingIsLostNorTwice() throws Exception {
        servers.add(new ServerProcess(List.of("--data", TestPostgres.running().database())));

        killUnderLoad(KILLS);
    }

    @Test
    void withTwoNodesOnPostgresqlNothingIsLostNorTwice() throws Exception {
        String data = TestPostgres.running().database();
        String a = "a@127.0.0.1:" + ServerProcess.freePort();
        String b = "b@127.0.0.1:" + ServerProcess.freePort();
        servers.add(new ServerProcess(List.of("--data", data, "--name", a, "--connect", b)));
        servers.add(new ServerProcess(List.of("--data", data, "--name", b, "--connect", a)));

        killUnderLoad(KILLS);
    }

    private void killUnderLoad(int kills) throws Exception {
        for (ServerProcess server : servers) {
            server.start();
        }
        topics.forEach(this::begin);
        awaitUntil("all joined", () -> all().allMatch(KeptClient::joined));
        topics.values().forEach(clients -> clients.stream().skip(1).forEach(client -> client.publish(2, PAUSE)));

        for (int kill = 0; kill < kills; kill++) {
            // now one, now another, now all at once; one in between is told to end
            boolean everyone = kill % 5 == 4;
            boolean politely = kill % 5 == 2;
            List<ServerProcess> victims = everyone ? servers : List.of(servers.get(kill % servers.size()));
            List<ServerProcess.Standby> next = new ArrayList<>();
            for (ServerProcess victim : victims) {
                next.add(victim.standby());
            }
            awaitLoad();
            killed = victims.size() + " of " + servers.size() + (politely ? ", politely" : "") + ", as number " + kill;
            victims.forEach(politely ? ServerProcess::stop : ServerProcess::kill);
            for (int i = 0; i < victims.size(); i++) {
                victims.get(i).start(next.get(i));
            }
            awaitUntil("all joined", () -> all().allMatch(KeptClient::joined));
        }
        awaitLoad();
        all().forEach(KeptClient::stopPublishing);
        topics.forEach(this::check);
        assertThat(all().mapToInt(KeptClient::resumed).sum()).isGreaterThanOrEqualTo(kills);
        ClusterRig.figure("kept: " + servers.size() + " server(s), " + kills + " kills, "
                + KeptCheck.acknowledged(all().toList()) + " acknowledged, "
                + all().mapToInt(KeptClient::resumed).sum() + " resumes");
    }

    private Stream<KeptClient> all() {
        return topics.values().stream().flatMap(List::stream);
    }

    private void begin(String topic, List<KeptClient> clients) {
        List<Integer> ports = servers.stream().map(ServerProcess::port).toList();
        for (int i = 0; i < CLIENTS; i++) {
            List<Integer> own = i % 2 == 0 ? ports : List.of(ports.get(ports.size() - 1), ports.get(0));
            clients.add(KeptClient.start(group.next(), topic + "-" + i, topic, own));
        }
    }

    private void awaitLoad() {
        int before = KeptCheck.acknowledged(all().toList());
        awaitUntil(
                before + ACKNOWLEDGED_BETWEEN + " acknowledged, which were " + before,
                () -> KeptCheck.acknowledged(all().toList()) >= before + ACKNOWLEDGED_BETWEEN);
    }

    /** What fails seldom has to say at once where everybody stands; what threads and the database do is printed. */
    private void awaitUntil(String what, Callable<Boolean> condition) {
        try {
            NetworkRig.awaitUntil(condition);
        } catch (ConditionTimeoutException e) {
            String all =
                    Stream.concat(all(), servers.stream()).map(String::valueOf).collect(Collectors.joining("\n"));
            AssertionError failure =
                    new AssertionError("expected: " + what + "; killed last: " + killed + "\n" + all, e);
            try {
                printMore();
            } catch (Exception more) {
                failure.addSuppressed(more);
            }
            throw failure;
        }
    }

    private void printMore() throws Exception {
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (thread.getName().startsWith(CLIENT_THREADS)) {
                System.out.println(thread + " " + List.of(stack));
            }
        });
        for (ServerProcess server : servers) {
            System.out.println("threads of the server at port " + server.port());
            server.threads().forEach(System.out::println);
        }
        TestPostgres.activity().forEach(System.out::println);
    }

    /** The client that comes late gets what is stored, whatever the others got. */
    private void check(String topic, List<KeptClient> clients) {
        KeptCheck.settled(clients);
        List<KeptClient.Note> notes = clients.get(0).notes();
        String since = notes.size() > LATE
                ? notes.get(notes.size() - LATE).position()
                : clients.get(0).startedAt();
        List<Integer> ports = servers.stream().map(ServerProcess::port).toList();
        clients.add(KeptClient.startFrom(group.next(), topic + "-late", topic, ports, since));
        awaitUntil("the last joined", () -> clients.get(clients.size() - 1).joined());
        KeptCheck.settled(clients);
        KeptCheck.nothingIsLostNorTwice(clients);
    }
}
