package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many joins all clients of a socket may begin in a second. */
class JoinRateTest {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long NEVER = Long.MAX_VALUE;

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 5, Long.MIN_VALUE, -7})
    void oneSecondsWorthMayComeAtOnceWhereverTheClockBegins(long start) {
        for (int perSecond : new int[] {1, 3, 7, 10, 1000, 1_000_003}) {
            JoinRate rate = new JoinRate(perSecond, start);
            for (int i = 0; i < perSecond; i++) {
                assertThat(rate.take(start, NEVER)).isTrue();
            }
            if (perSecond <= 1000) { // above, an interval is a whole number of nanoseconds only roughly
                assertThat(rate.take(start, NEVER)).isFalse();
            }
            assertThat(rate.take(start + TimeUnit.SECONDS.toNanos(1), NEVER)).isTrue();
        }
    }

    @Test
    void noWindowLetsInMoreThanTheBurstAndTheRate() {
        JoinRate rate = new JoinRate(10, 0);
        int first = 0;
        int second = 0;
        for (int milli = 0; milli < 2000; milli++) {
            if (rate.take(milli * MILLISECOND, NEVER)) {
                if (milli < 1000) {
                    first++;
                } else {
                    second++;
                }
            }
        }
        assertThat(first).isBetween(19, 20); // ten at once, and ten that became due
        assertThat(second).isBetween(9, 11);
    }

    @Test
    void whoWasRefusedLeavesATenthToOthers() {
        JoinRate rate = new JoinRate(100, 0);
        for (int i = 0; i < 100; i++) {
            assertThat(rate.take(0, NEVER)).isTrue();
        }
        long later = 100 * MILLISECOND; // ten are due
        assertThat(rate.take(later, 0)).isFalse();
        for (int i = 0; i < 10; i++) {
            assertThat(rate.take(later, NEVER)).isTrue();
        }
        assertThat(rate.take(later, NEVER)).isFalse();
        assertThat(rate.take(later + 100 * MILLISECOND, 499 * MILLISECOND)).isFalse();
        assertThat(rate.take(later + 100 * MILLISECOND, 500 * MILLISECOND)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 99})
    void whoAsksAllTheTimeGetsTheWholeRateIfNobodyElseWantsIt(int perSecond) {
        JoinRate rate = new JoinRate(perSecond, 0);
        int taken = 0;
        for (int milli = 0; milli < 10_000; milli++) {
            taken += rate.take(milli * MILLISECOND, 0) ? 1 : 0;
        }
        assertThat(taken).isBetween(10 * perSecond - 1, 11 * perSecond);
    }

    @Nested
    class OnASocket {
        private int asked;
        private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
                .limits(limits -> limits.joinsPerSecond(10))
                .channel(
                        "room:*",
                        spec -> spec.quiet().join((c, s) -> {
                            asked++;
                            return JoinResult.ok();
                        }));

        private String refused(String ref, String topic) {
            return Vsn.V2.reply(ref, ref, topic, "error", "{\"reason\":\"too many joins\",\"retry_after\":1}");
        }

        private long refusals() {
            return rig.endpoint().limitCounts().getOrDefault(Limit.JOINS_PER_SECOND, -1L);
        }

        @Test
        void oneMoreIsRefusedBeforeAnyCodeRuns() {
            var client = rig.connect();
            for (int i = 1; i <= 10; i++) {
                client.joined("" + i, "room:" + i);
            }
            client.join("11", "room:11");
            assertThat(client.received()).containsExactly(refused("11", "room:11"));
            assertThat(asked).isEqualTo(10);
            assertThat(rig.endpoint().channelCount()).isEqualTo(10);
            assertThat(rig.endpoint().counts().waitingBytes()).isZero();
            assertThat(refusals()).isEqualTo(1);
            rig.advance(Duration.ofSeconds(1));
            client.join("12", "room:11");
            assertThat(client.received()).containsExactly(client.ok("12", "room:11"));
        }

        @Test
        void itIsOneRateForAllClients() {
            for (int i = 0; i < 10; i++) {
                rig.connect().joined("1", "room:1");
            }
            var client = rig.connect().join("1", "room:1");
            assertThat(client.received()).containsExactly(refused("1", "room:1"));
        }

        @Test
        void joinsOfATopicThatIsJoinedCountToo() {
            var client = rig.connect();
            for (int i = 1; i <= 11; i++) {
                client.join("" + i, "room:1");
                rig.settle();
            }
            assertThat(client.frames()).endsWith(refused("11", "room:1"));
            assertThat(asked).isEqualTo(10);
            client.send("[\"10\",\"x\",\"room:1\",\"phx_leave\",{}]");
            assertThat(client.received())
                    .as("the one before goes on")
                    .contains(Vsn.V2.reply("10", "x", "room:1", "ok", "{}"));
        }

        @Test
        void whatIsRefusedForAnotherReasonCostsNobodyATurn() {
            rig.limits(limits -> limits.joinsPerSecond(10).maxChannels(1));
            var client = rig.connect().joined("1", "room:1");
            for (int i = 0; i < 100; i++) {
                client.join("2", "room:2").join("3", "nowhere");
            }
            client.received();
            for (int i = 0; i < 9; i++) {
                rig.connect().joined("1", "room:1");
            }
            assertThat(refusals()).isZero();
            assertThat(asked).isEqualTo(10);
        }

        @Test
        void oneWhoFloodsKeepsNobodyOut() {
            var flood = rig.connect();
            for (int milli = 0; milli < 10_000; milli++) {
                flood.join("" + milli, "room:" + milli % 10);
                if (milli > 1000 && milli % 500 == 0) {
                    var other = rig.connect().join("1", "room:1");
                    assertThat(other.received()).containsExactly(other.ok("1", "room:1"));
                }
                rig.settle();
                rig.advance(Duration.ofMillis(1));
            }
            assertThat(asked).isBetween(100, 112); // ten at once, and ten in each second
        }

        @Test
        void aClientAloneMayUseAllOfIt() {
            var client = rig.connect();
            for (int second = 0; second < 60; second++) {
                for (int i = 0; i < 10; i++) {
                    client.joined("1", "room:1");
                }
                rig.advance(Duration.ofSeconds(1));
            }
            assertThat(refusals()).isZero();
            assertThat(asked).isEqualTo(600);
        }

        @Test
        void refusalsDoNotFloodTheLog() {
            try (LogCapture logs = new LogCapture(Level.INFO)) {
                var client = rig.connect();
                for (int i = 0; i < 5000; i++) {
                    client.join("" + i, "room:1");
                }
                assertThat(logs.lines().stream().filter(line -> line.contains("refused: over 10 joins in a second")))
                        .hasSize(10);
            }
        }
    }
}
