package dev.simurgh.testkit;

import dev.simurgh.cluster.ClusterMessage;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way between the nodes of a {@link TestCluster}, in the order of its arrival.
 *
 * <p>What arrives now is handed over in a loop and never from within another delivery, so a subscriber that broadcasts in turn sees
 * its own message go out after the one that it got. The nodes are called without a lock.
 */
final class TestClusterWire {
    /** What reaches a node. */
    enum Event {
        UP,
        MESSAGE,
        DOWN
    }

    /** Something on its way along a link. */
    record Transit(
            long arrival,
            int place,
            long number,
            long sent,
            TestClusterLink link,
            Event event,
            @Nullable ClusterMessage message) {
        /** Broadcasts, and messages to parts of a node: what may be lost, and is told of. */
        boolean isCargo() {
            return message != null && TestClusterWire.isCargo(message);
        }
    }

    /** More than any test that comes to rest sends for one cause. */
    private static final int MOST = 100_000;

    // The places of what arrives at the same time. Broadcasts that overtake each other have one from 0 to the most.
    private static final int FIRST = -1;
    private static final int IN_ORDER = 0;
    private static final int LAST = Integer.MAX_VALUE;

    private final TestCluster cluster;
    private final VirtualClock clock;
    private final PriorityQueue<Transit> transits = new PriorityQueue<>(Comparator.comparingLong(Transit::arrival)
            .thenComparingInt(Transit::place)
            .thenComparingLong(Transit::number));
    private long number;
    private boolean running;
    /** Cancels the run that is due with the next step of the clock, for what takes no time but was sent where nothing can run. */
    private @Nullable Runnable due;
    /** What has ended all delivery, until the test has been told. */
    private @Nullable AssertionError failure;

    private boolean failed;

    TestClusterWire(TestCluster cluster, VirtualClock clock) {
        this.cluster = cluster;
        this.clock = clock;
        clock.afterEach(this::tell);
    }

    /** Throws what has ended all delivery, once, where the test drives: a node has to take anything that its cluster throws. */
    private boolean tell() {
        AssertionError untold;
        synchronized (cluster) {
            untold = failure;
            failure = null;
        }
        if (untold != null) {
            throw untold;
        }
        return false;
    }

    /** Sends a message. It arrives with the next run at the earliest. */
    void send(TestClusterLink link, ClusterMessage message) {
        synchronized (cluster) {
            if (!cluster.isUp(link.from)) {
                return;
            }
            if (link.from.paused) {
                link.from.holds(link, message);
            } else if (isCargo(message)) {
                sendCargo(link, message);
            } else if (message.isTopicNews() && link.path.losesNews()) {
                cluster.note(link + " lost, by chance: " + described(message));
            } else if (!link.cut) {
                add(link.path.controlArrival(clock.nanoTime()), IN_ORDER, link, Event.MESSAGE, message);
            }
        }
    }

    private static boolean isCargo(ClusterMessage message) {
        return message.kind() == ClusterMessage.Kind.BROADCAST || message.kind() == ClusterMessage.Kind.MESSAGE;
    }

    private void sendCargo(TestClusterLink link, ClusterMessage cargo) {
        TestClusterPath.Passage passage = cargo.kind() == ClusterMessage.Kind.BROADCAST
                ? link.path.broadcastPassage(clock.nanoTime())
                : link.path.messagePassage(clock.nanoTime());
        if (link.cut) {
            lost(link, cargo, "partition");
        } else if (passage.lost()) {
            lost(link, cargo, "by chance");
        } else {
            add(passage.arrival(), passage.place(), link, Event.MESSAGE, cargo);
            if (passage.twice()) {
                add(passage.again(), passage.place(), link, Event.MESSAGE, cargo);
            }
        }
    }

    /** Tells the node at the end of a link that it has met the other. */
    void up(TestClusterLink link) {
        add(clock.nanoTime(), FIRST, link, Event.UP, null);
    }

    /** Tells the node at the end of a link that it has lost the other; behind what arrives from there, if it does. */
    void down(TestClusterLink link, Duration noticed) {
        long arrival = VirtualClock.after(clock.nanoTime(), noticed.toNanos());
        add(link.cut ? arrival : Math.max(arrival, link.path.lastArrival()), LAST, link, Event.DOWN, null);
    }

    private void add(long arrival, int place, TestClusterLink link, Event event, @Nullable ClusterMessage message) {
        if (failed) {
            return;
        }
        long now = clock.nanoTime();
        transits.add(new Transit(arrival, place, number++, now, link, event, message));
        if (arrival > now) {
            clock.schedule(Duration.ofNanos(arrival - now), this::run);
        } else if (due == null) {
            due = clock.schedule(Duration.ZERO, this::run);
        }
    }

    /** Puts something that has waited for its node back, before what has arrived since. */
    void again(Transit transit) {
        if (!failed) {
            transits.add(transit);
        }
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
            int broadcasts = 0;
            for (Transit next = next(); next != null; next = next()) {
                if (next.isCargo() && ++broadcasts > MOST) {
                    fail();
                } else {
                    deliver(next);
                }
            }
        } catch (RuntimeException | Error e) {
            synchronized (cluster) {
                running = false;
            }
            throw e;
        }
    }

    /** Ends all delivery, for good. */
    private void fail() {
        synchronized (cluster) {
            failed = true;
            failure = new AssertionError(
                    "cluster: " + MOST + " messages in one go (expected: nodes come to rest); " + cluster.latest());
            transits.clear();
        }
    }

    private void deliver(Transit transit) {
        TestClusterLink here = transit.link.back;
        transit.link.to.hear(events -> {
            switch (transit.event) {
                case UP -> events.up(here);
                case MESSAGE -> {
                    byte[] bytes = Objects.requireNonNull(transit.message).bytes();
                    events.received(here, bytes, 0, bytes.length);
                }
                case DOWN -> events.down(here);
            }
        });
    }

    private @Nullable Transit next() {
        synchronized (cluster) {
            while (true) {
                Transit transit = transits.peek();
                if (transit == null || transit.arrival > clock.nanoTime()) {
                    running = false; // before the lock is let go, so that nobody's message is left lying
                    if (due != null) {
                        due.run();
                        due = null;
                    }
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
        TestClusterLink link = transit.link;
        if (link.cut && transit.event != Event.DOWN) {
            lost(transit, "partition");
        } else if (!cluster.isUp(link.to)) {
            lost(transit, "node down");
        } else if (link.to.paused) {
            link.to.waits(transit);
        } else if (!link.back.down) {
            link.back.down = transit.event == Event.DOWN;
            noteArrival(transit);
            return true;
        }
        return false;
    }

    /** Broadcasts and messages are always told of, the rest only if it took time: it is of interest when a node came to know something. */
    private void noteArrival(Transit transit) {
        TestClusterLink link = transit.link;
        ClusterMessage message = transit.message;
        boolean tookTime = clock.nanoTime() > transit.sent;
        if (message != null && (transit.isCargo() || (tookTime && isOfInterest(message)))) {
            note(link, message);
        } else if (transit.event == Event.DOWN && tookTime) {
            cluster.note(link.to.nodeName() + " notices that " + link.from.nodeName() + " has gone");
        }
    }

    private static boolean isOfInterest(ClusterMessage message) {
        return message.kind() != ClusterMessage.Kind.ASK && message.kind() != ClusterMessage.Kind.NUMBER;
    }

    private void note(TestClusterLink link, ClusterMessage message) {
        String line = link + " " + described(message);
        if (message.kind() == ClusterMessage.Kind.TOPICS) {
            cluster.noteOnce(line); // a table comes in several messages
        } else {
            cluster.note(line);
        }
    }

    private static String described(ClusterMessage message) {
        return switch (message.kind()) {
            case HELLO -> "hello";
            case TOPICS -> "topics: all";
            case TOPIC_ADDED -> "topics: +" + message.topic();
            case TOPIC_REMOVED -> "topics: -" + message.topic();
            case ASK -> "topics: asks how far";
            case NUMBER -> "topics: so far";
            case AGAIN -> "topics: asks for all";
            case BROADCAST, MESSAGE -> "delivered: " + named(message);
        };
    }

    private static String named(ClusterMessage cargo) {
        return cargo.kind() == ClusterMessage.Kind.BROADCAST
                ? cargo.topic() + " " + cargo.event()
                : "message " + cargo.topic();
    }

    void lost(Transit transit, String why) {
        if (transit.message != null && transit.isCargo()) {
            lost(transit.link, transit.message, why);
        }
    }

    private void lost(TestClusterLink link, ClusterMessage cargo, String why) {
        cluster.note(link + " lost, " + why + ": " + named(cargo));
    }
}
