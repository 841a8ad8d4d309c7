package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
