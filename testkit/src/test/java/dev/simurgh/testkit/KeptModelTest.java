package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.journal.Retention;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Kept topics on nodes that share a store, in a network that delays, loses, doubles, reorders and splits, with a store that is slow and
 * sometimes away, and clients that are cut off and come back elsewhere: each sees every broadcast once, in the order of the store, and is at
 * its end when all is quiet. More seeds by {@code -Dsimurgh.kept.seeds=10000}.
 */
class KeptModelTest {
    private static final int SEEDS = Integer.getInteger("simurgh.kept.seeds", 40);
    private static final long FIRST = Long.getLong("simurgh.kept.first", 1);
    private static final int MORE = 60;

    private static void play(Retention retention, boolean mayLose) {
        play(retention, mayLose, FIRST, SEEDS);
    }

    private static void play(Retention retention, boolean mayLose, long first, int seeds) {
        List<Integer> seen = new ArrayList<>();
        for (long seed = first; seed < first + seeds; seed++) {
            try (KeptStory story = new KeptStory(seed, retention, mayLose)) {
                for (int step = 0; step < 60; step++) {
                    story.step();
                }
                story.calmDown();
                story.check();
                seen.add(story.seen());
            } catch (Throwable thrown) { // which seed it was is what one wants to know
                throw new AssertionError(
                        "seed " + seed + " (again: -Dsimurgh.kept.first=" + seed + " -Dsimurgh.kept.seeds=1)", thrown);
            }
        }
        assertThat(seen.stream().mapToInt(Integer::intValue).average().orElse(0))
                .isGreaterThan(10);
    }

    @Test
    void everyClientSeesEveryBroadcastOnceAndInOrder() {
        play(Retention.forever(), false);
    }

    @Test
    void whoseHistoryIsCutShortIsToldSo() {
        play(Retention.builder().maxEntries(8).build(), true);
    }

    @Test
    @Tag("long")
    void soItIsInMoreStories() {
        play(Retention.forever(), false, FIRST + SEEDS, MORE);
        play(Retention.builder().maxEntries(8).build(), true, FIRST + SEEDS, MORE);
    }

    @Test
    void aStoryIsTheSameAgain() {
        assertThat(told(7)).isEqualTo(told(7));
    }

    private static List<String> told(long seed) {
        try (KeptStory story = new KeptStory(seed, Retention.forever(), false)) {
            for (int step = 0; step < 60; step++) {
                story.step();
            }
            story.calmDown();
            return story.told();
        }
    }
}
