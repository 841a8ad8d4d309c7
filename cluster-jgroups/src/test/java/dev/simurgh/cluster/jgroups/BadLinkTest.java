package dev.simurgh.cluster.jgroups;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.jgroups.BadLink.Heard;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A connection between two nodes is bad, while a third one sees both. Each test has nodes of its own, and mostly waits: so they wait together. */
@Tag("afterwards")
@Execution(ExecutionMode.CONCURRENT)
class BadLinkTest {
    /** Longer than a packet may be under way. */
    private static final long LONG = PeerLink.MAX_AGE_MILLIS + 3_000;

    /** How long a connection stays bad, longer than it takes until a suspicion has its consequences. For more: {@code -Dcluster.badlink.millis=26000}. */
    private static final long BAD = Long.getLong("cluster.badlink.millis", LONG);

    private static void awaitCount(Heard heard, long count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> heard.count.get() >= count);
    }

    @Test
    void whatCouldNotPassForLongIsNotDeliveredWhenItCan() {
        try (BadLink nodes = new BadLink(3)) {
            Heard good = nodes.nodes.get(1).of(0);
            Heard bad = nodes.nodes.get(1).of(2);
            awaitCount(bad, 1);
            nodes.cut(1, 2);
            awaitCount(good, good.count.get() + LONG / BadLink.INTERVAL_MILLIS);
            nodes.heal();
            awaitCount(bad, bad.count.get() + 5_000 / BadLink.INTERVAL_MILLIS);
            long oldest = bad.oldestMillis.get();
            assertTrue(oldest <= PeerLink.MAX_AGE_MILLIS + 1_000, "delivered after " + oldest + " ms");
        }
    }

    @Test
    void aBadConnectionOfTheCoordinatorCutsNoOther() {
        try (BadLink nodes = new BadLink(3)) {
            awaitCount(nodes.nodes.get(2).of(1), 1);
            nodes.cut(0, 1);
            assertTheOthersAreUntouched(nodes);
        }
    }

    @Test
    void aNodeThatDoesNotHearTheCoordinatorStaysWithTheOthers() {
        try (BadLink nodes = new BadLink(3)) {
            awaitCount(nodes.nodes.get(2).of(1), 1);
            nodes.deafen(1, 0);
            assertTheOthersAreUntouched(nodes);
        }
    }

    @Test
    void aNodeThatTheCoordinatorDoesNotHearStaysWithTheOthers() {
        try (BadLink nodes = new BadLink(3)) {
            awaitCount(nodes.nodes.get(2).of(1), 1);
            nodes.deafen(0, 1);
            assertTheOthersAreUntouched(nodes);
        }
    }

    private static long counts(BadLink nodes, int hearer, int other) {
        return nodes.nodes.get(hearer).of(other).count.get();
    }

    /** The first two have the bad connection. */
    private static void assertTheOthersAreUntouched(BadLink nodes) {
        long ticks = BAD / BadLink.INTERVAL_MILLIS;
        long[] before = {counts(nodes, 0, 2), counts(nodes, 1, 2), counts(nodes, 2, 0), counts(nodes, 2, 1)};
        awaitCount(nodes.nodes.get(0).of(2), before[0] + ticks);
        awaitCount(nodes.nodes.get(1).of(2), before[1] + ticks);
        awaitCount(nodes.nodes.get(2).of(0), before[2] + ticks);
        awaitCount(nodes.nodes.get(2).of(1), before[3] + ticks);
        nodes.nodes.forEach(node -> assertEquals(3, node.sees()));
        assertEquals(0, nodes.nodes.get(2).downs.get());
    }
}
