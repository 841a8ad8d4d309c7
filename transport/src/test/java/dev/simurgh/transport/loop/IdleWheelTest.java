package dev.simurgh.transport.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdleWheelTest {
    private long nanos = 5_000_000_000L;
    private final IdleWheel wheel = new IdleWheel(() -> nanos);
    private final List<String> told = new ArrayList<>();

    private final class Timed extends WheelEntry {
        private final String name;
        private int deadline;

        Timed(String name, int ticks) {
            this.name = name;
            wheel.add(this, ticks);
            deadline = wheel.now() + ticks;
        }

        @Override
        public int due(int now) {
            if (now < deadline) {
                return deadline - now;
            }
            told.add(name + "@" + now);
            return 0;
        }
    }

    private void pass(int ticks) {
        nanos += ticks * IdleWheel.TICK_MILLIS * 1_000_000;
        wheel.advance();
    }

    @Test
    void anEntryIsToldAtItsTick() {
        new Timed("a", 3);
        pass(2);
        assertThat(told).isEmpty();
        pass(1);
        assertThat(told).containsExactly("a@3");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void anEntryBeyondATurnComesRoundAgain() {
        new Timed("a", 600);
        for (int i = 0; i < 599; i++) {
            pass(1);
        }
        assertThat(told).isEmpty();
        pass(1);
        assertThat(told).containsExactly("a@600");
    }

    @Test
    void anEntryThatMovedItsDeadlineIsLeftAlone() {
        Timed a = new Timed("a", 10);
        pass(9);
        a.deadline = 30;
        pass(20);
        assertThat(told).isEmpty();
        pass(1);
        assertThat(told).containsExactly("a@30");
    }

    @Test
    void anEntryCanBeMovedAndRemoved() {
        Timed a = new Timed("a", 100);
        Timed b = new Timed("b", 5);
        a.deadline = 2;
        wheel.move(a, 2);
        wheel.remove(b);
        wheel.remove(b);
        pass(100);
        assertThat(told).containsExactly("a@2");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aStallTellsEverybody() {
        new Timed("a", 3);
        new Timed("b", 200);
        pass(100_000);
        assertThat(told).hasSize(2);
        assertThat(wheel.now()).isEqualTo(100_000);
    }

    @Test
    void theFirstEntryOfAnEmptyWheelStartsFromThePresent() {
        nanos += 1_000 * IdleWheel.TICK_MILLIS * 1_000_000;
        new Timed("a", 3);
        wheel.advance();
        assertThat(told).isEmpty();
        pass(3);
        assertThat(told).containsExactly("a@1003");
    }

    @Test
    void aTimeIsNeverCutShort() {
        assertThat(IdleWheel.ticks(Duration.ofMillis(1))).isEqualTo(2);
        assertThat(IdleWheel.ticks(Duration.ofMillis(100))).isEqualTo(2);
        assertThat(IdleWheel.ticks(Duration.ofMillis(101))).isEqualTo(3);
        assertThat(IdleWheel.ticks(Duration.ofDays(100_000))).isPositive();
    }

    @Test
    void aTimeOfWhateverLengthCounts() {
        int longest = IdleWheel.ticks(Duration.ofDays(100_000));
        assertThat(IdleWheel.ticks(ChronoUnit.FOREVER.getDuration())).isEqualTo(longest);
        assertThat(IdleWheel.ticks(Duration.ofSeconds(Long.MAX_VALUE / 1000))).isEqualTo(longest);
        assertThat(2 * longest).as("two of them").isPositive();
    }

    @Test
    void anEntryThatThrowsHoldsUpNobodyAndIsToldAgain() {
        Queue<Integer> tried = new ArrayDeque<>();
        WheelEntry broken = new WheelEntry() {
            @Override
            public int due(int now) {
                tried.add(now);
                if (tried.size() < 3) {
                    throw new NoClassDefFoundError("thrown on purpose");
                }
                return 0;
            }
        };
        wheel.add(broken, 3);
        new Timed("same tick", 3);
        new Timed("later", 4);
        for (int i = 0; i < 30; i++) {
            pass(1);
        }

        assertThat(told).containsExactly("same tick@3", "later@4");
        assertThat(tried).containsExactly(3, 13, 23);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void manyEntriesAreAllToldInTheirTick() {
        Random random = new Random(7);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            int ticks = 1 + random.nextInt(1_000);
            new Timed("e" + i, ticks);
            expected.add("e" + i + "@" + ticks);
        }
        while (wheel.size() > 0) {
            pass(1);
        }
        assertThat(told).containsExactlyInAnyOrderElementsOf(expected);
    }
}
