package hello;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.journal.Decision;
import hello.Tally.Change;
import hello.Tally.Counted;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TallyTest {
    @Test
    void aChangeIsWhatHappensAndItsAnswer() {
        Decision<Counted, Counted> decision = new Tally(30).add(new Change("birds", -29, "b"));

        assertThat(decision.events()).containsExactly(new Counted(-29, 1));
        assertThat(decision.answer()).isEqualTo(new Counted(-29, 1));
    }

    @Test
    void aCountThatWouldOverflowIsNoCount() {
        assertThatThrownBy(() -> new Tally(Long.MAX_VALUE).add(new Change("birds", 1, "a")))
                .isInstanceOf(ArithmeticException.class);
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
