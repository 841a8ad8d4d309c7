package dev.simurgh.cluster.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.jgroups.MeetingModel.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes that start at about the same time, in all orders and in a model of the network. */
class ArrivalTest {
    private static final long PROMISED_MILLIS = 2_000;
    private static final int NOBODY = 9;
    private static final int MOST = 4;
    private static final int SEEDS = 1_000;
    private static final long[] DISTANCES = {0, 10, 250, 700, 1_300};

    /** In a row: each knows the one before it, and the first one that is not there. */
    private static List<Integer> chain(int place) {
        return List.of(place == 0 ? NOBODY : place - 1);
    }

    /** Two, three and so on. */
    private static void startInAllOrders(IntFunction<IntFunction<List<Integer>>> contactsOfSize) {
        for (int size = 2; size <= MOST; size++) {
            startInAllOrders(size, contactsOfSize.apply(size));
        }
    }

    private static void startInAllOrders(int size, IntFunction<List<Integer>> contacts) {
        List<List<Integer>> orders = new ArrayList<>();
        permute(new ArrayList<>(), size, orders);
        for (List<Integer> order : orders) {
            for (long distance : DISTANCES) {
                MeetingModel model = new MeetingModel(order.hashCode() * 31L + distance);
                for (int i = 0; i < size; i++) {
                    model.add(order.get(i), contacts.apply(order.get(i)), i * distance);
                }
                check(model, size * distance);
            }
        }
    }

    private static IntFunction<List<Integer>> ring(int size) {
        return place -> List.of((place + 1) % size);
    }

    private static List<Integer> everybody(int place) {
        return List.of(0, 1, 2, 3, 4, NOBODY);
    }

    private static void permute(List<Integer> begun, int size, List<List<Integer>> orders) {
        if (begun.size() == size) {
            orders.add(List.copyOf(begun));
        }
        for (int next = 0; next < size; next++) {
            if (!begun.contains(next)) {
                begun.add(next);
                permute(begun, size, orders);
                begun.remove(begun.size() - 1);
            }
        }
    }

    private static void check(MeetingModel model, long startedMillis) {
        model.runUntil(startedMillis + 15_000);
        for (Node node : model.nodes) {
            if (node.alive) {
                assertTrue(node.upMillis - node.startMillis <= PROMISED_MILLIS, () -> "not up: " + model.nodes);
                for (Node other : model.nodes) {
                    if (other.alive && node.others.contains(other.place)) {
                        assertEquals(node.view, other.view, () -> "not together: " + model.nodes);
                    }
                }
            }
        }
    }

    @Test
    void thoseInARowMeetThoughTheFirstKnowsNobodyThatIsThere() {
        startInAllOrders(size -> ArrivalTest::chain);
    }

    @Test
    void thoseInARingMeet() {
        startInAllOrders(ArrivalTest::ring);
    }

    @Test
    void thoseThatAllKnowOneMeetAndTheOneItselfToo() {
        startInAllOrders(size -> place -> List.of(0));
    }

    @Test
    void thoseThatAllKnowAllAndOneThatIsDeadMeet() {
        startInAllOrders(size -> ArrivalTest::everybody);
    }

    @Test
    @Tag("long")
    void fiveMeetHoweverTheyKnowEachOther() {
        startInAllOrders(5, ArrivalTest::chain);
        startInAllOrders(5, ring(5));
        startInAllOrders(5, place -> List.of(0));
        startInAllOrders(5, ArrivalTest::everybody);
    }

    @Test
    void whoeverKnowsWhomAndDiesMeanwhileTheOthersStartInTimeAndMeet() {
        startByChance(0, SEEDS);
    }

    @Test
    @Tag("long")
    void soDoMore() {
        startByChance(SEEDS, 5 * SEEDS);
    }

    private static void startByChance(int from, int to) {
        for (int seed = from; seed < to; seed++) {
            Random random = new Random(seed);
            MeetingModel model = new MeetingModel(seed);
            int size = 2 + random.nextInt(4);
            long last = 0;
            for (int place = 0; place < size; place++) {
                List<Integer> contacts = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    contacts.add(random.nextInt(5) == 0 ? NOBODY : random.nextInt(size));
                }
                long start = random.nextBoolean() ? random.nextInt(30) : random.nextInt(3_000);
                last = Math.max(last, start);
                Node node = model.add(place, contacts, start);
                if (random.nextInt(5) == 0) {
                    model.kill(node, start + random.nextInt(2_500));
                }
            }
            check(model, last);
        }
    }
}
