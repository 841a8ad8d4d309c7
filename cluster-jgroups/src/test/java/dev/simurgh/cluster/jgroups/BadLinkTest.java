package dev.simurgh.cluster.jgroups;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.simurgh.cluster.jgroups.BadLink.Heard;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A connection between two nodes is bad, while a third one sees both. */
class BadLinkTest {
    /** Longer than a packet may be under way. */
    private static final long LONG = PeerLink.MAX_AGE_MILLIS + 3_000;

    private static void awaitCount(Heard heard, long count) {
        await().atMost(Duration.ofSeconds(30)).until(() -> heard.count.get() >= count);
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
}
