package dev.simurgh.transport.carry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaggardsTest {
    private static final int PATIENCE = 5;

    private long inUse;
    private final Laggards laggards = new Laggards(new QueueBound(2_000, 2, () -> inUse));
    private final List<String> told = new ArrayList<>();

    /** What waits for a client of another kind than a WebSocket. */
    private final class Waiting implements Outgoing {
        private final String name;
        private final Laggard laggard;
        private long bytes;
        private int position;

        Waiting(String name, long bytes) {
            this.name = name;
            this.bytes = bytes;
            this.laggard = laggards.add(this);
        }

        void take(long taken) {
            bytes -= taken;
            position++;
        }

        @Override
        public long waitingBytes() {
            return bytes;
        }

        @Override
        public int position() {
            return position;
        }

        @Override
        public int patienceTicks() {
            return PATIENCE;
        }

        @Override
        public void moved(boolean caughtUp) {
            told.add(name + (caughtUp ? " caught up" : " moved"));
        }

        @Override
        public void standsStill() {
            told.add(name + " stands still");
            laggard.forget();
        }

        @Override
        public void roomNeeded() {
            told.add(name + " has to go");
            inUse -= bytes;
            laggard.forget();
        }
    }

    private void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            laggards.tick();
        }
    }

    @Test
    void whoHasTakenAllIsNotWatchedAnyMore() {
        Waiting a = new Waiting("a", 10);
        a.take(4);
        pass(1);
        a.take(6);
        pass(2);

        assertThat(told).containsExactly("a moved", "a caught up");
        assertThat(laggards.size()).isZero();
    }

    @Test
    void whoTakesNothingForTooLongIsToldOf() {
        Waiting a = new Waiting("a", 10);
        new Waiting("b", 10);
        pass(PATIENCE - 1);
        assertThat(told).isEmpty();
        a.take(1);
        pass(1);
        assertThat(told).containsExactlyInAnyOrder("a moved", "b stands still");
        pass(PATIENCE);

        assertThat(told).endsWith("a stands still");
        assertThat(laggards.size()).isZero();
    }

    @Test
    void lessThanThereWasAndCameIsMovementWhateverThePosition() {
        Waiting a = new Waiting("a", 100);
        pass(PATIENCE - 1);
        a.bytes += 30; // 50 came, 20 went
        a.laggard.queued(50);
        pass(1);
        assertThat(told).containsExactly("a moved");
        a.bytes += 50;
        a.laggard.queued(50);
        pass(PATIENCE);

        assertThat(told).containsExactly("a moved", "a stands still");
    }

    @Test
    void ifTooMuchWaitsForAllThoseGoThatStoodStillForLongest() {
        Waiting moves = new Waiting("moves", 900);
        new Waiting("still", 400);
        pass(1);
        new Waiting("later", 300);
        moves.position++;
        pass(1);
        inUse = 2_600;
        moves.position++;
        pass(1);

        assertThat(told)
                .filteredOn(line -> !line.endsWith("moved"))
                .containsExactly("still has to go", "later has to go");
    }

    @Test
    void ofThoseThatMoveTheOneWithTheMostGoes() {
        inUse = 2_500;
        Waiting some = new Waiting("some", 700);
        Waiting most = new Waiting("most", 800);
        some.position++;
        most.position++;
        pass(1);

        assertThat(told).endsWith("most has to go");
        assertThat(laggards.size()).isEqualTo(2);
        pass(1);
        assertThat(laggards.size()).isEqualTo(1);
    }

    @Test
    void whatIsSharedByManyIsNoReasonToLetThemGo() {
        for (int i = 0; i < 100; i++) {
            new Waiting("c" + i, 1_000).position++;
        }
        inUse = 1_500;
        pass(1);

        assertThat(told).allMatch(line -> line.endsWith("moved"));
    }

    @Test
    void aLoopThatHasLessThanItsShareLeavesItToTheOthers() {
        new Waiting("a", 900);
        inUse = 10_000;
        pass(1);

        assertThat(told).isEmpty();
    }
}
