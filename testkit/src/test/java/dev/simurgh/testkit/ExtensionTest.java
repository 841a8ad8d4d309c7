package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.simurgh.channel.StopReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ExtensionTest {
    private static final List<ChannelCase> cases = new ArrayList<>();
    private static final List<Joined> joins = new ArrayList<>();
    private static final ConcurrentLinkedQueue<List<String>> logs = new ConcurrentLinkedQueue<>();
    private static final CyclicBarrier together = new CyclicBarrier(2);

    private static EngineExecutionResults run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
                .execute();
    }

    @Test
    void eachTestHasACaseOfItsOwnThatIsClosedAtTheEnd() {
        run(Lifecycle.class).testEvents().assertStatistics(stats -> stats.succeeded(2));

        assertThat(cases).hasSize(6);
        assertThat(cases.subList(0, 3)).containsOnly(cases.get(0));
        assertThat(cases.subList(3, 6)).containsOnly(cases.get(3)).doesNotContain(cases.get(0));
        assertThat(joins).hasSize(2).allSatisfy(joined -> joined.assertStopped(StopReason.Kind.CLOSED));
    }

    @ChannelTest
    static final class Lifecycle {
        @BeforeEach
        void before(ChannelCase chat) {
            cases.add(chat);
        }

        @AfterEach
        void after(ChannelCase chat) {
            cases.add(chat);
        }

        @Test
        void one(ChannelCase chat) {
            cases.add(chat);
            joins.add(chat.connect(PlayChannel.socket()).join("play:1"));
        }

        @Test
        void two(ChannelCase chat) {
            one(chat);
        }
    }

    @Test
    void testsInParallelDoNotSeeEachOthersLogs() {
        run(Parallel.class).testEvents().assertStatistics(stats -> stats.succeeded(2));

        assertThat(logs)
                .containsExactlyInAnyOrder(List.of("WARN play line of left"), List.of("WARN play line of right"));
    }

    @ChannelTest
    @Execution(ExecutionMode.CONCURRENT)
    static final class Parallel {
        private static final Logger log = LoggerFactory.getLogger("play");

        @Test
        void left(ChannelCase chat) throws Exception {
            say("left", chat);
        }

        @Test
        void right(ChannelCase chat) throws Exception {
            say("right", chat);
        }

        private static void say(String name, ChannelCase chat) throws Exception {
            together.await(10, TimeUnit.SECONDS);
            log.warn("line of {}", name);
            together.await(10, TimeUnit.SECONDS);
            logs.add(chat.logs().lines());
        }
    }
}
