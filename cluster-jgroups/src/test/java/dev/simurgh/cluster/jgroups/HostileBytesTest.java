package dev.simurgh.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Two nodes that talk all the time, and strangers at their cluster ports. */
class HostileBytesTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String OTHER = "another secret of the same length";
    private static final Duration JOIN = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getThrowableProxy());
        }
    };

    private final List<TickingNode> nodes = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private TickingNode first;

    @SuppressWarnings("NullAway.Init")
    private TickingNode second;

    private static JGroupsCluster.Builder secured(JGroupsCluster.Builder builder, boolean secret) {
        return secret ? builder.secret(SECRET) : builder;
    }

    private TickingNode join(String name, boolean secret) {
        return TickingNode.start(name, builder -> secured(builder, secret).connect(first.contact()));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // if it fails, what was not sent is not heard
    private void start(boolean secret) {
        first = TickingNode.start("first", builder -> secured(builder, secret));
        nodes.add(first);
        second = join("second", secret);
        nodes.add(second);
        awaitTogether();
        clock.scheduleAtFixedRate(
                () -> {
                    first.tick();
                    second.tick();
                },
                0,
                2,
                TimeUnit.MILLISECONDS);
    }

    private void awaitTogether() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(first.nodes()).containsExactly("second@127.0.0.1");
            assertThat(second.nodes()).containsExactly("first@127.0.0.1");
        });
    }

    @BeforeEach
    void listen() {
        appender.start();
        root().addAppender(appender);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @AfterEach
    void stop() throws InterruptedException {
        clock.shutdown();
        assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        root().detachAppender(appender);
        nodes.forEach(TickingNode::close);
    }

    /** Nobody was lost on the way, and everything came, once and in order. */
    private void assertUndisturbed() throws InterruptedException {
        clock.shutdown();
        assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(second.heard(first)).isEqualTo(first.ticks());
            assertThat(first.heard(second)).isEqualTo(second.ticks());
        });
        assertThat(first.nodes()).containsExactly("second@127.0.0.1");
        assertThat(first.lost).isEmpty();
        assertThat(second.lost).isEmpty();
    }

    private void atBothPorts(Consumer<Strangers> hostility) {
        for (TickingNode node : List.of(first, second)) {
            try (Strangers strangers = new Strangers(node.port)) {
                hostility.accept(strangers);
            }
        }
    }

    private static long nodeThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(ClusterThreads.PREFIX))
                .count();
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** What a real member says when it joins. */
    private static byte[] recorded() throws Exception {
        TickingNode sole = TickingNode.start("sole", builder -> builder);
        try (sole;
                ForeignMember member = new ForeignMember(sole.port)) {
            await().atMost(PATIENCE).until(() -> member.said().length > 200);
            return member.said();
        }
    }

    /** What a real node says first if it has a secret. */
    private static byte[] recordedHello() throws IOException {
        NodeSockets sockets = new NodeSockets(ClusterTls.secret(SECRET), Duration.ofMillis(300));
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket node = sockets.createSocket("test")) {
            InetSocketAddress there = new InetSocketAddress(InetAddress.getLoopbackAddress(), silent.getLocalPort());
            assertThatThrownBy(() -> node.connect(there)).isInstanceOf(IOException.class);
            try (Socket accepted = silent.accept()) {
                return accepted.getInputStream().readAllBytes();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsNotFromANodeDisturbsNobody(boolean secret) throws InterruptedException {
        start(secret);
        long threads = nodeThreads();
        long bytes = usedBytes();

        atBothPorts(strangers -> {
            strangers.sayRubbish(300);
            strangers.sayRubbishAsNode(100);
            strangers.sayLengths();
            strangers.sayOtherProtocols();
            strangers.sayHalf();
            strangers.saySlowly(SocketsRig.introduction());
        });

        assertUndisturbed();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(nodeThreads()).isLessThanOrEqualTo(threads + 8));
        assertThat(usedBytes() - bytes).isLessThan(32L << 20);
        // without a secret, JGroups has a line for each stranger that begins as a node does
        assertThat(logged)
                .as("not a line for each of 900")
                .filteredOn(line -> secret || !line.contains("failed handling message"))
                .hasSizeLessThan(20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void damagedWordsOfANodeDisturbNobody(boolean secret) throws Exception {
        List<byte[]> recordings = List.of(recorded(), recordedHello());
        start(secret);

        atBothPorts(strangers -> {
            for (byte[] said : recordings) {
                strangers.say(said);
                strangers.sayDamaged(said, 200);
            }
        });

        assertUndisturbed();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNodeJoinsPastStrangersThatWait(boolean secret) throws InterruptedException {
        start(secret);
        try (Strangers atFirst = new Strangers(first.port);
                Strangers atSecond = new Strangers(second.port)) {
            for (Strangers strangers : List.of(atFirst, atSecond)) {
                strangers.connectMany(200);
                strangers.sayHalf();
                strangers.saySlowly(SocketsRig.introduction());
            }
            long start = System.nanoTime();
            try (TickingNode third = join("third", secret)) {
                await().atMost(JOIN).untilAsserted(() -> {
                    assertThat(third.nodes()).hasSize(2);
                    assertThat(first.nodes()).hasSize(2);
                    assertThat(second.nodes()).hasSize(2);
                });
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(JOIN);
            }
            await().atMost(PATIENCE)
                    .until(() -> first.nodes().size() == 1 && second.nodes().size() == 1);
        }
        assertThat(first.lost).containsExactly("third@127.0.0.1");
        first.lost.clear();
        second.lost.clear();
        assertUndisturbed();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoDoesNotKnowTheSecretIsNoPartOfIt(boolean plaintext) throws InterruptedException {
        start(true);
        try (TickingNode stranger = TickingNode.start(
                "stranger",
                builder -> (plaintext ? builder.plaintext() : builder.secret(OTHER))
                        .connect(first.contact(), second.contact()))) {
            // Each takes seconds, so they try together.
            CompletableFuture<Boolean> asked =
                    CompletableFuture.supplyAsync(() -> first.pubsub.node().connect(stranger.contact()));
            assertThat(stranger.pubsub.node().connect(second.contact())).isFalse();
            for (int i = 0; i < 100; i++) {
                stranger.tick();
            }
            assertThat(stranger.nodes()).isEmpty();
            assertThat(asked.join()).isFalse();
            assertUndisturbed();
            assertThat(first.heard(stranger)).isEmpty();
            assertThat(second.heard(stranger)).isEmpty();
            assertThat(stranger.heard(first)).isEmpty();
        }
        assertThat(first.nodes()).containsExactly("second@127.0.0.1");
        assertThat(logged)
                .as("both sides are told")
                .filteredOn(line -> line.contains("no connection with 127.0.0.1"))
                .hasSizeBetween(2, 6);
    }

    /** Nothing else that strangers could turn to. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aNodeListensOnItsClusterPortOnly() throws IOException {
        Set<String> before = listening();
        start(false);
        Set<String> added = listening();
        added.removeAll(before);
        assertThat(added)
                .containsExactlyInAnyOrder(
                        "0100007F:%04X".formatted(first.port), "0100007F:%04X".formatted(second.port));
    }

    /** The sockets of this process that listen, as the kernel writes their addresses. */
    private static Set<String> listening() throws IOException {
        Set<String> own = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path file : files) {
                own.add(link(file));
            }
        }
        Set<String> listening = new HashSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
                String[] columns = line.strip().split("\\s+", -1);
                if (columns[3].equals("0A") && own.contains("socket:[" + columns[9] + "]")) {
                    // an IPv4 address in IPv6 is the last four bytes
                    listening.add(columns[1].substring(Math.max(0, columns[1].length() - 13)));
                }
            }
        }
        return listening;
    }

    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return ""; // the directory itself was open
        }
    }

    @Test
    void aNodeThatTalksRubbishIsCountedAndIgnored() throws Exception {
        start(false);
        try (ForeignMember foreign = new ForeignMember(first.port)) {
            foreign.talkRubbish(1_000);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(first.mesh.stats().malformed()
                                + first.mesh.stats().unknown())
                        .isPositive());
        assertUndisturbed();
        assertThat(logged)
                .filteredOn(line -> line.startsWith("dev.simurgh.cluster.Mesh"))
                .hasSizeLessThan(3);
    }
}
