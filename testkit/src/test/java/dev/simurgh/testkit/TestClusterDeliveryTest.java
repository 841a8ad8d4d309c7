package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.testkit.TestClusterSchedule.Got;
import dev.simurgh.testkit.TestClusterSchedule.Made;
import dev.simurgh.testkit.TestClusterSchedule.Watch;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What leaving nodes out promises, on random histories of a cluster: as much as flooding, and never more than once. */
class TestClusterDeliveryTest {
    private static final int SEEDS = 60;
    private static final int ALL = 200;

    /** Nodes count a microsecond for each thing done, on top of the clock. */
    private static final Duration SLACK = Duration.ofMillis(1);

    private int owed;
    private int floodedToo;

    @Test
    void whoStaysGetsWhatFloodingWouldHaveDelivered() {
        play(1, SEEDS);
    }

    @Test
    @Tag("long")
    void soItIsInMoreHistories() {
        play(SEEDS + 1, ALL);
    }

    private void play(int first, int last) {
        for (int seed = first; seed <= last; seed++) {
            TestClusterSchedule selective = new TestClusterSchedule(seed, false);
            TestClusterSchedule flooded = new TestClusterSchedule(seed, true);
            everythingOwedArrives(selective);
            everythingOwedArrives(flooded);
            nothingComesTwiceOrOutOfOrderOrFromThePast(selective);
            nothingComesTwiceOrOutOfOrderOrFromThePast(flooded);
            nothingIsMissingThatFloodingDelivers(selective, flooded);
        }
        int seeds = last - first + 1;
        assertThat(owed).isGreaterThan(seeds * 100);
        assertThat(floodedToo).isGreaterThan(seeds * 50);
    }

    private void everythingOwedArrives(TestClusterSchedule schedule) {
        for (Watch watch : schedule.watches) {
            for (Made made : schedule.made) {
                boolean later = made.step() > watch.step && made.step() < watch.cancelled;
                if (later && !made.direct() && made.topic().equals(watch.topic) && schedule.undisturbed(made, watch)) {
                    owed++;
                    assertThat(watch.has(made.step()))
                            .as(() -> watch + " misses e" + made.step() + " of " + made.by() + "\n" + schedule.cluster)
                            .isTrue();
                }
            }
        }
    }

    private static void nothingComesTwiceOrOutOfOrderOrFromThePast(TestClusterSchedule schedule) {
        for (Watch watch : schedule.watches) {
            Set<Made> seen = new HashSet<>();
            Map<String, Integer> latest = new HashMap<>();
            for (Got got : watch.got) {
                Made made = got.made();
                String context = watch + " got e" + made.step() + " of " + made.by() + " after step " + got.step();
                assertThat(seen.add(made)).as("once: " + context).isTrue();
                // Direct ones do not wait for what is sent late, so they have an order of their own.
                Integer before = latest.put(made.by() + (made.direct() ? " direct" : ""), made.step());
                assertThat(before == null || before < made.step())
                        .as("in order: " + context)
                        .isTrue();
                assertThat(mayHave(schedule, watch, got))
                        .as(() -> "as with flooding: " + context + "\n" + schedule.cluster)
                        .isTrue();
            }
        }
    }

    /**
     * Flooding delivers what was on its way when the subscription came, if the two nodes had met when it was made. Here that counts from
     * the topic's first subscription on the node: what is sent late because of that one, others may get, too.
     */
    private static boolean mayHave(TestClusterSchedule schedule, Watch watch, Got got) {
        Made made = got.made();
        if (watch.at == made.by()) {
            return made.step() > watch.step;
        }
        long most = TestClusterSchedule.MOST_DELAY.toNanos();
        long latest = made.time() + SLACK.toNanos();
        return schedule.linkedAt(made.step(), watch.at, made.by())
                && latest + most >= schedule.first(watch).time
                && latest + 3 * most >= watch.time;
    }

    private void nothingIsMissingThatFloodingDelivers(TestClusterSchedule selective, TestClusterSchedule flooded) {
        for (int i = 0; i < flooded.watches.size(); i++) {
            Watch expected = flooded.watches.get(i);
            Watch actual = selective.watches.get(i);
            for (Got got : expected.got) {
                Made made = got.made();
                if (made.step() > expected.step && flooded.undisturbed(made, expected)) {
                    floodedToo++;
                    assertThat(actual.has(made.step()))
                            .as(() -> actual + " misses e" + made.step() + "\n" + selective.cluster)
                            .isTrue();
                }
            }
        }
    }
}
