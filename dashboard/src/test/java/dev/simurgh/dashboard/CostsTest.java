package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.simurgh.channel.SocketSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What it costs to look does not depend on how much there is, nor on who looks. */
class CostsTest {
    @Nested
    class Walks {
        private final Budget budget = new Budget(0);
        private long now;

        @Test
        void takeAHundredthOfTheTime() {
            long spent = 0;
            long cost = TimeUnit.MILLISECONDS.toNanos(40);
            for (int second = 0; second < 600; second++) {
                now += TimeUnit.SECONDS.toNanos(1);
                if (budget.allows(false, now)) {
                    now += cost;
                    budget.spent(cost);
                    spent += cost;
                }
            }
            assertThat((double) spent / now).isCloseTo(0.01, within(0.001));
        }

        @Test
        void areMadeAtOnceForWhoComesAndPaidLater() {
            long cost = TimeUnit.MILLISECONDS.toNanos(100);
            int made = 0;
            while (budget.allows(true, now)) {
                budget.spent(cost);
                made++;
            }
            assertThat(made).as("100 ms saved and 250 ms borrowed").isEqualTo(4);
            now += TimeUnit.SECONDS.toNanos(20);
            assertThat(budget.allows(false, now)).isFalse();
            assertThat(budget.allows(true, now)).isTrue();
        }

        @Test
        void answerAllViewersTogether() {
            try (WatchedNode node = new WatchedNode(SocketSpec.builder().quiet().build())) {
                int[] walks = new int[1];
                WatchedNode.Client counting = node.connect("", "/10.0.0.1:1");
                counting.whenLookedAt = () -> walks[0]++;
                for (int viewer = 0; viewer < 20; viewer++) {
                    node.see(new Query("connections", "", "bytes_in", true, viewer, 10, ""));
                }
                node.advance(Duration.ofSeconds(1));
                walks[0] = 0;
                for (int viewer = 0; viewer < 20; viewer++) {
                    node.see(new Query("connections", "", "bytes_in", true, viewer, 10, ""));
                }
                assertThat(walks[0])
                        .as("one walk, and a row for the first page")
                        .isLessThanOrEqualTo(2);
            }
        }
    }

    @Nested
    class Rows {
        @Test
        void areTheFirstOfAllAndNoMoreAreKept() {
            Random random = new Random(7);
            List<Integer> all =
                    new ArrayList<>(IntStream.range(0, 20_000).boxed().toList());
            java.util.Collections.shuffle(all, random);
            TopN<Integer> top = new TopN<>(30, 10, Comparator.<Integer>naturalOrder());
            all.forEach(each -> top.offer(each / 3, each));
            assertThat(top.matched()).isEqualTo(20_000);
            Comparator<Integer> order = Comparator.<Integer>comparingInt(each -> each / 3)
                    .reversed()
                    .thenComparing(Comparator.naturalOrder());
            assertThat(top.rows(each -> true))
                    .isEqualTo(all.stream().sorted(order).skip(30).limit(10).toList());
        }
    }

    @Nested
    class Times {
        @Test
        void areRightToAnEighth() {
            Latencies times = new Latencies();
            for (int micros = 1; micros <= 10_000; micros++) {
                times.record(TimeUnit.MICROSECONDS.toNanos(micros));
            }
            Latencies.Distribution lately = times.lately();
            assertThat((double) lately.micros(0.5)).isBetween(5_000.0, 5_000 * 1.13);
            assertThat((double) lately.micros(0.99)).isBetween(9_900.0, 9_900 * 1.13);
            assertThat((double) lately.micros(1)).isBetween(10_000.0, 10_000 * 1.13);
        }

        @Test
        void ofAnyLengthHaveTheirPlace() {
            Latencies times = new Latencies();
            for (long nanos = 1; nanos > 0; nanos <<= 1) {
                times.record(nanos);
                times.record(nanos - 1);
                times.record(nanos + 1);
            }
            times.record(Long.MAX_VALUE);
            times.record(0);
            assertThat(times.lately().micros(1)).isGreaterThan(100_000_000);
            assertThat(times.lately().micros(0)).isEqualTo(1);
        }

        @Test
        void areOfTheLastMinute() {
            Latencies times = new Latencies();
            assertThat(times.lately().micros(0.99)).isZero();
            times.record(TimeUnit.SECONDS.toNanos(1));
            for (int step = 0; step < 6; step++) {
                times.step();
            }
            assertThat(times.lately().micros(0.99)).isPositive();
            for (int step = 0; step < 6; step++) {
                times.step();
            }
            assertThat(times.lately().micros(0.99)).isZero();
        }
    }

    @Nested
    class Busy {
        private final BusyTopics busy = new BusyTopics();

        @Test
        void topicsAreSeenAmongAnyNumberOfOthers() {
            busy.watch(true);
            for (int i = 0; i < 1_000_000; i++) {
                busy.broadcast(i % 100 == 0 ? "busy" : "topic:" + i);
            }
            busy.sample(2);
            assertThat(busy.of("busy").broadcasts()).isCloseTo(5_000, within(100.0));
            assertThat(busy.of("topic:1").broadcasts()).isLessThanOrEqualTo(0.5);
            busy.sample(1);
            assertThat(busy.of("busy")).isEqualTo(BusyTopics.Rates.NONE);
        }

        @Test
        void topicsAreForgottenWhenNobodyLooks() {
            busy.watch(true);
            busy.delivered("busy", 10, 1000);
            busy.sample(1);
            assertThat(busy.of("busy")).isEqualTo(new BusyTopics.Rates(0, 10, 1000));
            busy.watch(false);
            assertThat(busy.isWatched()).isFalse();
            assertThat(busy.isQuiet()).isTrue();
        }
    }

    @Nested
    class Texts {
        @Test
        void areFoundInWhateverCase() {
            assertThat(dev.simurgh.dashboard.Texts.has("Room:Ätna", "oM:ä")).isTrue();
            assertThat(dev.simurgh.dashboard.Texts.has("room", "rooms")).isFalse();
            assertThat(dev.simurgh.dashboard.Texts.matches("room:*", "room:1")).isTrue();
            assertThat(dev.simurgh.dashboard.Texts.matches("room", "room:1")).isFalse();
        }
    }
}
