package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

@ChannelTest
class LogsTest {
    private static final Logger log = LoggerFactory.getLogger("play");

    @Test
    void aLineIsFoundByLevelAndText(ChannelCase chat) {
        log.warn("two birds in the {}", "bush");

        chat.logs()
                .assertLogged(Level.WARN, "birds in the bush")
                .assertLogged(Level.WARN, "play two")
                .refuteLogged(Level.ERROR, "birds");
        assertThat(chat.logs().lines()).containsExactly("WARN play two birds in the bush");
    }

    @Test
    void aCrashIsFoundByWhatWasThrown(ChannelCase chat) {
        chat.connect(PlayChannel.socket()).tryJoin("play:boom").assertCrashed();

        chat.logs().assertLogged(Level.ERROR, "an exception was raised", IllegalStateException.class);
        chat.logs().assertLogged(Level.ERROR, "IllegalStateException: boom");
        assertThatThrownBy(() -> chat.logs().assertLogged(Level.ERROR, "an exception", ArithmeticException.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(
                        "assertLogged\n  expected: ERROR with \"an exception\" and a java.lang.ArithmeticException\n"
                                + "  logged:\n    ");
    }

    @Test
    void whatWasThrownIsRefutedToo(ChannelCase chat) {
        log.error("birds", new IllegalStateException("flown"));

        chat.logs()
                .refuteLogged(Level.ERROR, "birds", ArithmeticException.class)
                .refuteLogged(Level.ERROR, "fish", IllegalStateException.class);
        assertThatThrownBy(() -> chat.logs().refuteLogged(Level.ERROR, "birds", RuntimeException.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(
                        "refuteLogged\n  expected: no ERROR with \"birds\" and a java.lang.RuntimeException\n");
    }

    @Test
    void aLevelOfWhichNothingPassesCannotBeRefuted(ChannelCase chat) {
        log.trace("birds");

        assertThatThrownBy(() -> chat.logs().refuteLogged(Level.TRACE, "birds"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("refuteLogged: TRACE, of which Logback lets no line pass, so nothing could be told"
                        + " (expected: a level that the Logback configuration of the tests has)");
    }

    @Test
    void whatIsMissingOrUnwantedShowsAllLines(ChannelCase chat) {
        assertThatThrownBy(() -> chat.logs().assertLogged(Level.WARN, "birds"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("assertLogged\n  expected: WARN with \"birds\"\n  logged:\n    (nothing)");
        log.warn("birds");
        assertThatThrownBy(() -> chat.logs().assertLogged(Level.ERROR, "birds"))
                .hasMessage("assertLogged\n  expected: ERROR with \"birds\"\n  logged:\n    WARN play birds");
        assertThatThrownBy(() -> chat.logs().refuteLogged(Level.WARN, "birds"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("refuteLogged\n  expected: no WARN with \"birds\"\n  logged:\n    WARN play birds");
    }

    @Test
    void otherThreadsAreHeardWhereTheTestSaysSo(ChannelCase chat) throws Exception {
        Thread deaf = new Thread(() -> log.warn("not mine"));
        Thread heard = new Thread(chat.logs().hearing(() -> log.warn("mine")));
        deaf.start();
        heard.start();
        deaf.join();
        heard.join();

        assertThat(chat.logs().lines()).containsExactly("WARN play mine");
    }

    private static ChannelSpec<Object> nonBlocking() {
        return ChannelSpec.builder(Object::new)
                .nonBlocking()
                .handleIn("crash", (channel, socket) -> {
                    throw new IllegalStateException("as asked");
                })
                .build();
    }

    @Test
    void aCrashIsHeardWhicheverThreadTheTestIsOn(ChannelCase chat) {
        Joined joined = chat.socket("room", nonBlocking()).join("room");
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> joined.push("crash"));
        joined.assertCrashed();

        chat.logs().assertLogged(Level.ERROR, "as asked");
        assertThatThrownBy(() -> chat.logs().refuteLogged(Level.ERROR, "as asked"))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aTestWithAThreadOfItsOwnIsHeardToo() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(OnAThread.class))
                .execute()
                .testEvents()
                .assertStatistics(stats -> stats.succeeded(2));
    }

    @ChannelTest
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    static final class OnAThread {
        @BeforeEach
        void before(ChannelCase chat) {
            log.warn("before {}", chat.clock().now());
        }

        @Test
        void one(ChannelCase chat) {
            log.warn("the test's own");
            Joined joined = chat.socket("room", nonBlocking()).join("room");
            joined.push("crash");
            joined.assertCrashed();

            assertThat(chat.logs().lines().subList(0, 2))
                    .containsExactly("WARN play before PT0S", "WARN play the test's own");
            chat.logs().assertLogged(Level.ERROR, "as asked");
        }

        @RepeatedTest(1)
        void template(ChannelCase chat) {
            one(chat);
        }
    }

    @Test
    void twoCasesOfOneTestDoNotHearEachOther() {
        try (ChannelCase a = ChannelCase.create();
                ChannelCase b = ChannelCase.create()) {
            Joined inA = a.socket("room", logging()).join("room");
            Joined inB = b.socket("room", logging()).join("room");

            inA.push("log", "at once in a");
            inB.push("log", "at once in b");
            inA.push("later", "later in a");
            inB.push("later", "later in b");
            inA.inspect(Object.class, channel -> log.warn("looked at in a"));
            a.clock().advance(Duration.ofSeconds(1));
            b.clock().advance(Duration.ofSeconds(1));

            assertThat(own(a))
                    .containsExactly("WARN play at once in a", "WARN play looked at in a", "WARN play later in a");
            assertThat(own(b)).containsExactly("WARN play at once in b", "WARN play later in b");
            log.warn("the test's own");
            assertThat(a.logs().lines()).endsWith("WARN play the test's own");
            assertThat(b.logs().lines()).endsWith("WARN play the test's own");
        }
    }

    /** Without what the framework logs. */
    private static List<String> own(ChannelCase chat) {
        return chat.logs().lines().stream()
                .filter(line -> line.startsWith("WARN play "))
                .toList();
    }

    private static ChannelSpec<Object> logging() {
        return ChannelSpec.builder(Object::new)
                .handleIn("log", String.class, (channel, text, socket) -> {
                    log.warn(text);
                    return Result.noReply();
                })
                .handleIn("later", String.class, (channel, text, socket) -> {
                    socket.sendAfter(Duration.ofSeconds(1), text);
                    return Result.noReply();
                })
                .handleInfo(String.class, (channel, text, socket) -> {
                    log.warn(text);
                    return Result.noReply();
                })
                .build();
    }

    /** Logs at its start and end, and every minute. */
    private static final class LoggingPart implements Part {
        private final String name;

        LoggingPart(String name) {
            this.name = name;
        }

        @Override
        public void start(Endpoint endpoint) {
            log.warn("{} starts", name);
            endpoint.timers().schedule(Duration.ofMinutes(1), () -> log.warn("{} works", name));
            endpoint.node().addListener(new NodeListener() {
                @Override
                public void nodeUp(NodeId node) {
                    log.warn("{} hears of {}", name, node.name());
                }

                @Override
                public void nodeDown(NodeId node) {}
            });
        }

        @Override
        public void stop() {
            log.warn("{} stops", name);
        }
    }

    private static ChannelCase withPart(TestCluster cluster, String name) {
        return ChannelCase.builder()
                .clock(cluster.clock())
                .endpoint(endpoint -> endpoint.cluster(cluster.node(name)).part(new LoggingPart(name)))
                .build();
    }

    @Test
    void partsAndNodesBelongToTheirCase() {
        TestCluster cluster = TestCluster.seed(1);
        ChannelCase a = withPart(cluster, "a");
        ChannelCase b = withPart(cluster, "b");
        cluster.clock().advance(Duration.ofMinutes(1));
        a.close();
        b.close();

        assertThat(own(a))
                .containsExactly(
                        "WARN play a starts", "WARN play a hears of b", "WARN play a works", "WARN play a stops");
        assertThat(own(b)).containsExactly("WARN play b starts", "WARN play b works", "WARN play b stops");
    }

    @Test
    void aLoggerThatPassesNothingOnIsHeardOnce() {
        ch.qos.logback.classic.Logger alone = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("alone");
        alone.setAdditive(false);
        Logger below = LoggerFactory.getLogger("alone.below");
        try (ChannelCase chat = ChannelCase.create()) {
            alone.warn("one");
            below.warn("two");
            log.warn("three");
            assertThat(chat.logs().lines())
                    .containsExactly("WARN alone one", "WARN alone.below two", "WARN play three");
        } finally {
            alone.setAdditive(true);
        }
        try (ChannelCase chat = ChannelCase.create()) {
            below.warn("four");
            assertThat(chat.logs().lines()).containsExactly("WARN alone.below four");
        }
    }

    @Test
    void testsInParallelDoNotSeeEachOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CyclicBarrier together = new CyclicBarrier(4);
        List<Future<List<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String own = "line of test " + i;
            answers.add(threads.submit(() -> {
                try (ChannelCase chat = ChannelCase.create()) {
                    together.await();
                    log.warn(own);
                    together.await();
                    return chat.logs().lines();
                }
            }));
        }
        threads.shutdown();
        for (int i = 0; i < 4; i++) {
            assertThat(answers.get(i).get()).containsExactly("WARN play line of test " + i);
        }
    }

    @Test
    void nothingIsHeardAfterTheEnd() {
        ChannelCase chat = ChannelCase.create();
        chat.close();
        log.warn("too late");

        assertThat(chat.logs().lines()).isEmpty();
    }
}
