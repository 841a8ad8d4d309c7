package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/** A client that has joined the topic of pings, and comes back to it by itself. */
interface ClusterClient {
    /** All pings so far, in the order in which they came. */
    List<ClusterPing> pings();

    /** Has the node that it is connected to broadcast a ping to everybody. */
    void requestPing();

    /** The pings that this node sent. */
    default List<ClusterPing> pings(ClusterNode by) {
        return pings().stream().filter(ping -> ping.by().equals(by.name())).toList();
    }

    /** The node that it got its last ping from. */
    default String handedOutBy() {
        List<ClusterPing> pings = pings();
        return pings.isEmpty() ? "" : pings.get(pings.size() - 1).fromNode();
    }

    /** The number of the last ping that this node sent; 0 if none has come. */
    default int last(ClusterNode by) {
        List<ClusterPing> pings = pings(by);
        return pings.isEmpty() ? 0 : pings.get(pings.size() - 1).n();
    }

    /** How many of this node's pings did not come, between the first and the last that did. */
    default int missed(ClusterNode by) {
        List<ClusterPing> pings = pings(by);
        return pings.isEmpty()
                ? 0
                : pings.get(pings.size() - 1).n() - pings.get(0).n() + 1 - pings.size();
    }

    /** Waits until it has so many pings in all. */
    default List<ClusterPing> awaitPings(int count) {
        return NetworkRig.awaiting().until(this::pings, pings -> pings.size() >= count);
    }

    /** Waits for a ping that this node sends from now on; it is told the number of the last one before. */
    default void awaitPingAfter(int last, ClusterNode by, Duration limit) {
        NetworkRig.awaiting()
                .atMost(limit)
                .untilAsserted(() -> assertThat(last(by))
                        .as(this + ": pings by " + by.name())
                        .isGreaterThan(last));
    }

    /** Checks that no ping of this node came twice, or after a later one. */
    default void checkAtMostOnceInOrder(ClusterNode by) {
        List<Integer> numbers = pings(by).stream().map(ClusterPing::n).toList();
        for (int i = 1; i < numbers.size(); i++) {
            int place = i;
            assertThat(numbers.get(i))
                    .as(() -> this + ": ping " + place + " by " + by.name() + ", after "
                            + numbers.subList(Math.max(0, place - 5), place))
                    .isGreaterThan(numbers.get(i - 1));
        }
    }
}
