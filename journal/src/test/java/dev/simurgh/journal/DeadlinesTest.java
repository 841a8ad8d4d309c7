package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final ManualTime time = new ManualTime();
    private final Deadlines deadlines = new Deadlines(time, time, Duration.ofSeconds(5));
    private final List<String> expired = new ArrayList<>();

    private final class Item extends Deadlines.Waiting {
        private final String name;

        Item(String name) {
            this.name = name;
        }

        @Override
        Runnable expired() {
            return () -> expired.add(name);
        }
    }

    @Test
    void eachExpiresAtItsTimeByOneTimer() {
        deadlines.add(new Item("a"));
        time.pass(Duration.ofSeconds(2));
        deadlines.add(new Item("b"));
        assertThat(time.waiting()).isEqualTo(1);
        time.pass(Duration.ofSeconds(3));
        assertThat(expired).containsExactly("a");
        time.pass(Duration.ofSeconds(2));
        assertThat(expired).containsExactly("a", "b");
        assertThat(time.waiting()).isZero();
    }

    @Test
    void whatHasAnAnswerIsNotHeldThoughSomethingWaitsBeforeIt() {
        Item hangs = new Item("hangs");
        Item answered = new Item("answered");
        deadlines.add(hangs);
        deadlines.add(answered);
        deadlines.settle(answered);
        assertThat(deadlines.size()).isEqualTo(1);
        time.pass(Duration.ofSeconds(6));
        assertThat(expired).containsExactly("hangs");
        assertThat(deadlines.size()).isZero();
    }
}
