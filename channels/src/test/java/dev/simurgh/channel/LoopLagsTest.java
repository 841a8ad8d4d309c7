package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** How long tasks wait for event loops is known as long as somebody asks. */
class LoopLagsTest {
    private final ManualTimers timers = new ManualTimers();
    private final Loop one = new Loop();
    private final Loop two = new Loop();
    private final Set<EventLoop> loops = new LinkedHashSet<>(Set.of(one, two));
    private final LoopLags lags = new LoopLags(timers, loops);

    /** Runs what it has when the test says so, or at once. */
    private static final class Loop implements EventLoop {
        final Queue<Runnable> tasks = new ArrayDeque<>();
        boolean hangs;
        boolean ended;

        @Override
        public boolean inEventLoop() {
            return false;
        }

        @Override
        public void execute(Runnable task) {
            if (ended) {
                throw new RejectedExecutionException("ended");
            } else if (hangs) {
                tasks.add(task);
            } else {
                task.run();
            }
        }

        void goOn() {
            hangs = false;
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }
    }

    private void pass(Duration time) {
        timers.advance(time, () -> {});
    }

    @Test
    void loopsThatDoTheirTasksAtOnceDoNotLag() {
        assertThat(lags.seconds()).isZero();
        pass(Duration.ofSeconds(10));
        assertThat(lags.seconds()).isZero();
    }

    @Test
    void aLoopThatHangsIsToldWhileItDoes() {
        lags.seconds();
        one.hangs = true;
        pass(Duration.ofMillis(2500));
        assertThat(lags.seconds()).isEqualTo(2.0);
        assertThat(one.tasks).hasSize(1);
        pass(Duration.ofSeconds(10));
        assertThat(lags.seconds()).isEqualTo(12.0);
    }

    @Test
    void whatWasIsRememberedForAtLeastHalfAMinuteAndAtMostOne() {
        lags.seconds();
        one.hangs = true;
        pass(Duration.ofSeconds(3));
        one.goOn();
        assertThat(lags.seconds()).isEqualTo(2.5);
        pass(Duration.ofSeconds(29));
        assertThat(lags.seconds()).isEqualTo(2.5);
        pass(Duration.ofSeconds(32));
        assertThat(lags.seconds()).isZero();
    }

    @Test
    void nobodyIsAskedWhenNobodyReads() {
        assertThat(timers.waiting()).isZero();
        lags.seconds();
        assertThat(timers.waiting()).isEqualTo(1);
        pass(Duration.ofMinutes(4));
        assertThat(timers.waiting()).isZero();
        one.hangs = true;
        lags.seconds();
        pass(Duration.ofSeconds(1));
        assertThat(lags.seconds()).isEqualTo(1.0);
    }

    @Test
    void loopsThatHaveEndedAreForgotten() {
        lags.seconds();
        one.hangs = true;
        pass(Duration.ofSeconds(1));
        loops.remove(one);
        two.ended = true;
        pass(Duration.ofMinutes(1));
        lags.seconds();
        pass(Duration.ofSeconds(30));
        assertThat(lags.seconds()).isZero();
    }
}
