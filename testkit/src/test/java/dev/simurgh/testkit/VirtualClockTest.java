package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.DrainReport;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.Part;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    private final VirtualClock clock = VirtualClock.create();
    private final List<String> heard = new ArrayList<>();

    @Test
    void aTimerForEverIsNeverDue() {
        clock.advance(Duration.ofDays(1));
        clock.schedule(FOREVER, () -> heard.add("never")).run();
        clock.schedule(Duration.ofNanos(Long.MAX_VALUE), () -> heard.add("not within the clock"));
        clock.schedule(Duration.ofDays(365), () -> heard.add("a year"));
        clock.schedule(FOREVER.negated(), () -> heard.add("now"));
        clock.advance(Duration.ofDays(100_000));
        assertThat(heard).containsExactly("now", "a year");
    }

    @Test
    void theClockDoesNotRunOver() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clock.advance(FOREVER))
                .withMessageContaining("expected: no more than 292 years");
    }

    private void schedule(long millis, String what) {
        clock.schedule(Duration.ofMillis(millis), () -> heard.add(clock.now().toMillis() + " " + what));
    }

    @Test
    void aTaskThatThrowsKeepsNoOtherFromRunning() {
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second");
        schedule(1, "before");
        clock.schedule(Duration.ofMillis(2), () -> {
            throw first;
        });
        schedule(2, "with it");
        clock.schedule(Duration.ofMillis(3), () -> {
            throw second;
        });
        clock.schedule(Duration.ofMillis(3), () -> {
            throw first;
        });
        schedule(4, "behind");
        schedule(6, "later");

        assertThatThrownBy(() -> clock.advance(Duration.ofMillis(5))).isSameAs(first);

        assertThat(first.getSuppressed()).containsExactly(second);
        assertThat(heard).containsExactly("1 before", "2 with it", "4 behind");
        assertThat(clock.now()).isEqualTo(Duration.ofMillis(5));
        assertThat(clock.waiting()).isOne();
        clock.advance(Duration.ofMillis(1));
        assertThat(heard).endsWith("6 later");
    }

    @Test
    void whatATimerThrowsEachTimeIsKeptAFewTimes() {
        for (int i = 0; i < 1000; i++) {
            clock.schedule(Duration.ofMillis(i), () -> {
                throw new IllegalStateException();
            });
        }

        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(10));
    }

    /** Sets itself again and again, without a delay. */
    private final class Endless implements Runnable {
        @Override
        public void run() {
            clock.schedule(Duration.ZERO, this);
        }

        @Override
        public String toString() {
            return "the endless one";
        }
    }

    @Test
    void timersThatSetEachOtherWithoutADelayAreFound() {
        clock.schedule(Duration.ofSeconds(2), () -> {
            throw new IllegalArgumentException("before");
        });
        clock.schedule(Duration.ofSeconds(3), new Endless());
        clock.schedule(Duration.ofSeconds(4), () -> heard.add("never reached"));

        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(10)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "clock: more than 250000 tasks in a row at PT3S, each scheduled without a delay by one before"
                                + " (expected: timers with a delay); the last: the endless one")
                .satisfies(
                        thrown -> assertThat(thrown.getSuppressed()[0]).isInstanceOf(IllegalArgumentException.class));

        assertThat(clock.now()).isEqualTo(Duration.ofSeconds(3));
        assertThat(heard).isEmpty();
    }

    @Test
    void manyTimersWithoutADelayAreNone() {
        for (int i = 0; i < 300_000; i++) {
            clock.schedule(Duration.ZERO, () -> heard.add("one"));
        }
        clock.advance(Duration.ZERO);
        assertThat(heard).hasSize(300_000);
    }

    @Test
    void aClosedCaseLeavesNothingOnASharedClock() {
        VirtualClock shared = VirtualClock.create();
        ChannelCase stays = ChannelCase.builder()
                .clock(shared)
                .endpoint(endpoint -> endpoint.part(new Minutes()))
                .build();
        ChannelCase goes = ChannelCase.builder()
                .clock(shared)
                .endpoint(endpoint -> endpoint.part(new Minutes()))
                .build();
        assertThat(shared.waiting()).isEqualTo(2);
        goes.close();
        heard.clear();

        assertThat(shared.waiting()).isOne();
        shared.advance(Duration.ofMinutes(2));
        assertThat(heard).containsExactly("minute", "minute");
        assertThat(goes.endpoint().timers().schedule(Duration.ZERO, () -> {})).isNotNull();
        assertThat(shared.waiting()).isOne();
        stays.close();
        assertThat(shared.waiting()).isZero();
        shared.schedule(Duration.ZERO, () -> heard.add("the clock's own"));
        shared.advance(Duration.ofMinutes(2));
        assertThat(heard).endsWith("stop", "the clock's own");
    }

    @Test
    void aCaseThatCannotBeMadeLeavesNothingEither() {
        VirtualClock shared = VirtualClock.create();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelCase.builder()
                        .clock(shared)
                        .endpoint(endpoint -> endpoint.part(new Minutes()).part(new Failing()))
                        .build());
        assertThat(shared.works()).isEmpty();
        assertThat(shared.waiting()).isZero();
    }

    private static final class Failing implements Part {
        @Override
        public void start(Endpoint endpoint) {
            throw new IllegalArgumentException("as asked");
        }
    }

    /** A part that works every minute, and hears of the end. */
    private final class Minutes implements Part {
        @Override
        public void start(Endpoint endpoint) {
            endpoint.timers().schedule(Duration.ofMinutes(1), () -> {
                heard.add("minute");
                start(endpoint);
            });
        }

        @Override
        public void drained(DrainReport report) {
            heard.add("drained " + report.complete());
        }

        @Override
        public void stop() {
            heard.add("stop");
        }
    }

    @Test
    void itIsTheTimeOfParts() {
        try (ChannelCase chat = ChannelCase.builder()
                .endpoint(endpoint -> endpoint.part(new Minutes()))
                .build()) {
            chat.clock().advance(Duration.ofSeconds(150));
            assertThat(heard).containsExactly("minute", "minute");
        }
        assertThat(heard).containsExactly("minute", "minute", "drained true", "stop");
    }
}
