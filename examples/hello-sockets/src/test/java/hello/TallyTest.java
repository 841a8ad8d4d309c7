package hello;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import hello.Tally.Change;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TallyTest {
    private final Tally tally = new Tally();

    @Test
    void aNameNeverHeardOfCountsZero() {
        assertThat(tally.count("birds")).isZero();
    }

    @Test
    void changesAddUpByName() {
        assertThat(tally.apply(new Change("birds", 30, "a"))).isEqualTo(30);
        assertThat(tally.apply(new Change("birds", -29, "b"))).isEqualTo(1);
        assertThat(tally.apply(new Change("feathers", 5, "c"))).isEqualTo(5);
        assertThat(tally.count("birds")).isEqualTo(1);
    }

    @Nested
    class AChange {
        @Test
        void mayBeAsLargeAsTheBounds() {
            assertThat(new Change("n".repeat(100), 1_000_000, "i".repeat(100)).by())
                    .isEqualTo(1_000_000);
            assertThat(new Change("birds", -1_000_000, "a").by()).isEqualTo(-1_000_000);
        }

        @Test
        void ofNothingOrOfTooMuchIsRefused() {
            refused("birds", 0, "a", "by: 0 (expected: from -1000000 to 1000000, but not 0)");
            refused("birds", 1_000_001, "a", "by: 1000001 (expected: from -1000000 to 1000000, but not 0)");
            refused(
                    "birds",
                    Long.MIN_VALUE,
                    "a",
                    "by: -9223372036854775808 (expected: from -1000000 to 1000000, but not 0)");
        }

        @Test
        void ofABlankOrEndlessNameIsRefused() {
            refused("", 1, "a", "name: blank (expected: 1 to 100 characters, not all blank)");
            refused(" \t", 1, "a", "name: blank (expected: 1 to 100 characters, not all blank)");
            refused("n".repeat(101), 1, "a", "name: 101 characters (expected: 1 to 100 characters, not all blank)");
        }

        @Test
        void withoutAProperIdIsRefused() {
            refused("birds", 1, " ", "id: blank (expected: 1 to 100 characters, not all blank)");
            refused("birds", 1, "i".repeat(101), "id: 101 characters (expected: 1 to 100 characters, not all blank)");
        }

        private void refused(String name, long by, String id, String message) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Change(name, by, id))
                    .withMessage(message);
        }
    }
}
