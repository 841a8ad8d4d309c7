package dev.simurgh.testkit;

import dev.simurgh.pubsub.Broadcast;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way between the nodes of a {@link TestCluster}, in the order of its arrival.
 *
 * <p>What arrives now is handed over in a loop and never from within another delivery, so a subscriber that broadcasts in turn sees
 * its own message go out after the one that it got. The nodes are called without a lock.
 */
final class TestClusterWire {
    /** A message on its way: a broadcast, or else something that one node tells another of its topics. */
    record Transit(
            long arrival,
            int place,
            long number,
            TestClusterLink link,
            int cuts,
            TestClusterNode from,
            TestClusterNode to,
            @Nullable Broadcast broadcast,
            @Nullable TopicNews news) {}

    /** More than any test that comes to rest sends for one cause. */
    private static final int MOST = 100_000;

    private final TestCluster cluster;
    private final VirtualClock clock;
    private final PriorityQueue<Transit> transits = new PriorityQueue<>(Comparator.comparingLong(Transit::arrival)
            .thenComparingInt(Transit::place)
            .thenComparingLong(Transit::number));
    private long number;
    private boolean running;

    TestClusterWire(TestCluster cluster, VirtualClock clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    /** Sends a broadcast. It arrives with the next run at the earliest. */
    void send(TestClusterNode from, TestClusterNode to, Broadcast broadcast) {
        synchronized (cluster) {
            TestClusterLink link = cluster.link(from.nodeName(), to.nodeName());
            TestClusterLink.Passage passage = link.passage(clock.nanoTime());
            if (cluster.areApart(link.from, link.to)) {
                cluster.lost(link.from, link.to, broadcast, "partition");
            } else if (passage.lost()) {
                cluster.lost(link.from, link.to, broadcast, "by chance");
            } else {
                add(passage.arrival(), passage.place(), link, from, to, broadcast, null);
                if (passage.twice()) {
                    add(passage.again(), passage.place(), link, from, to, broadcast, null);
                }
            }
        }
    }

    /**
     * Tells a node something of another's topics. If that takes no time it happens now: the caller may be inside a lock of its
     * interest, where nothing may be delivered, but the next broadcast has to know.
     */
    void tell(TestClusterNode from, TestClusterNode to, TopicNews news) {
        synchronized (cluster) {
            TestClusterLink link = cluster.link(from.nodeName(), to.nodeName());
            if (cluster.areApart(link.from, link.to)) {
                return; // told anew when they meet
            }
            long now = clock.nanoTime();
            long arrival = link.controlArrival(now);
            if (arrival <= now && link.controls == 0 && !to.paused) {
                to.hears(from, news);
            } else {
                link.controls++;
                add(arrival, 0, link, from, to, null, news);
            }
        }
    }

    private void add(
            long arrival,
            int place,
            TestClusterLink link,
            TestClusterNode from,
            TestClusterNode to,
            @Nullable Broadcast broadcast,
            @Nullable TopicNews news) {
        transits.add(new Transit(arrival, place, number++, link, link.cuts(), from, to, broadcast, news));
        long delay = arrival - clock.nanoTime();
        if (delay > 0 || news != null) {
            clock.schedule(Duration.ofNanos(Math.max(0, delay)), this::run);
        }
    }

    /** Puts something that has waited for its node back, before what has arrived since. */
    void again(Transit transit) {
        transits.add(transit);
    }

    /** Delivers what has arrived by now. */
    void run() {
        synchronized (cluster) {
            if (running) {
                return;
            }
            running = true;
        }
        try {
            int count = 0;
            for (Transit next = next(); next != null; next = next()) {
                if (++count > MOST) {
                    throw new AssertionError("cluster: " + MOST + " messages in one go (expected: nodes come to rest); "
                            + cluster.latest());
                }
                Broadcast broadcast = next.broadcast;
                if (broadcast != null) {
                    next.to.receive(broadcast);
                }
            }
        } catch (RuntimeException | Error e) {
            synchronized (cluster) {
                running = false;
            }
            throw e;
        }
    }

    private @Nullable Transit next() {
        synchronized (cluster) {
            while (true) {
                Transit transit = transits.peek();
                if (transit == null || transit.arrival > clock.nanoTime()) {
                    running = false; // before the lock is let go, so that nobody's message is left lying
                    return null;
                }
                transits.remove();
                if (arrives(transit)) {
                    return transit;
                }
            }
        }
    }

    private boolean arrives(Transit transit) {
        if (transit.cuts != transit.link.cuts()) {
            lost(transit, "partition");
        } else if (!cluster.isUp(transit.to)) {
            lost(transit, "node down");
        } else if (transit.to.paused) {
            transit.to.waits(transit);
        } else if (transit.news != null) {
            transit.link.controls--;
            cluster.note(transit.link.from + " -> " + transit.link.to + " topics: " + transit.news);
            transit.to.hears(transit.from, transit.news);
        } else if (transit.broadcast != null) {
            cluster.note(transit.link.from + " -> " + transit.link.to + " delivered: " + transit.broadcast.topic() + " "
                    + transit.broadcast.event());
            return true;
        }
        return false;
    }

    void lost(Transit transit, String why) {
        if (transit.broadcast != null) {
            cluster.lost(transit.link.from, transit.link.to, transit.broadcast, why);
        } else {
            transit.link.controls--;
        }
    }

    /** What a node tells of the topics that it has subscribers for. */
    sealed interface TopicNews {
        record Table(Set<String> topics) implements TopicNews {
            @Override
            public String toString() {
                return topics.toString();
            }
        }

        record Added(String topic) implements TopicNews {
            @Override
            public String toString() {
                return "+" + topic;
            }
        }

        record Removed(String topic) implements TopicNews {
            @Override
            public String toString() {
                return "-" + topic;
            }
        }
    }
}
