package dev.simurgh.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Presences on three to five nodes, in a network that delays, loses, doubles, reorders and splits, also in part, with nodes that hang, crash and come back under their name: when all works again,
 * all lists are what is tracked, and so is what clients have made of the diffs. More seeds by {@code -Dsimurgh.presence.seeds=10000}.
 */
class PresenceModelTest {
    private static final int SEEDS = Integer.getInteger("simurgh.presence.seeds", 50);
    private static final long FIRST = Long.getLong("simurgh.presence.first", 1);
    private static final int MORE = 100;

    @Test
    void whenAllWorksAgainAllListsAreTheTruth() {
        play(FIRST, SEEDS);
    }

    @Test
    @Tag("long")
    void soTheyAreInMoreStories() {
        play(FIRST + SEEDS, MORE);
    }

    private static void play(long first, int seeds) {
        int seen = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            seen += played(seed);
        }
        assertThat(seen).isGreaterThan(seeds);
    }

    private static int played(long seed) {
        try (PresenceStory story = new PresenceStory(seed)) {
            for (int step = 0; step < 60; step++) {
                story.step();
            }
            story.calmDown();
            story.check();
            return story.seen();
        } catch (Throwable thrown) { // which seed it was is what one wants to know
            throw new AssertionError(
                    "seed " + seed + " (again: -Dsimurgh.presence.first=" + seed + " -Dsimurgh.presence.seeds=1)",
                    thrown);
        }
    }

    @Test
    void aStoryIsTheSameAgain() {
        assertThat(told(7)).isEqualTo(told(7));
    }

    private static List<String> told(long seed) {
        try (PresenceStory story = new PresenceStory(seed)) {
            for (int step = 0; step < 60; step++) {
                story.step();
            }
            story.calmDown();
            return story.told();
        }
    }
}
