package dev.simurgh.testkit;

import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What happens in one cluster by chance, and a record of it: nodes start, leave, crash and part, subscribe and broadcast, on links with
 * delays. With the same seed the same is done, whether the nodes flood or not.
 */
final class TestClusterSchedule {
    static final Duration MOST_DELAY = Duration.ofMillis(9);

    /** Longer than all that a broadcast may need: the news of a subscription there, and what was missed back. */
    private static final Duration WINDOW = MOST_DELAY.multipliedBy(3);

    private static final int STEPS = 300;
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    private static final List<String> TOPICS = List.of("t", "u", "v");

    /** A node from start to end. */
    static final class Life {
        final String name;
        final int number;
        final PubSub pubsub;
        final EventLoop loop = SerialLoop.on(Runnable::run);

        Life(String name, int number, PubSub pubsub) {
            this.name = name;
            this.number = number;
            this.pubsub = pubsub;
        }

        @Override
        public String toString() {
            return name + "#" + number;
        }
    }

    /** A broadcast that was made; direct ones have a target. */
    record Made(int step, long time, Life by, String topic, boolean direct) {}

    /** A broadcast that was delivered, and the step after which it was. */
    record Got(Made made, int step) {}

    /** A subscription, and what it got. */
    static final class Watch {
        final int step;
        final long time;
        final Life at;
        final String topic;
        final List<Got> got = new ArrayList<>();
        private @Nullable Subscription subscription;
        int cancelled = Integer.MAX_VALUE;

        Watch(int step, long time, Life at, String topic) {
            this.step = step;
            this.time = time;
            this.at = at;
            this.topic = topic;
        }

        boolean has(int madeAtStep) {
            return got.stream().anyMatch(one -> one.made.step == madeAtStep);
        }

        @Override
        public String toString() {
            return topic + " at " + at + " since step " + step;
        }
    }

    final TestCluster cluster;
    final List<Watch> watches = new ArrayList<>();
    final List<Made> made = new ArrayList<>();
    private final Random random;
    private final Map<String, Life> up = new HashMap<>();
    private final Map<String, Made> byEvent = new HashMap<>();
    private final List<Watch> active = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    /** After each step, the pairs of lives that reached each other. */
    private final List<Set<Set<Life>>> linked = new ArrayList<>();

    private Set<String> side = Set.of();
    private int lives;
    private int step;

    TestClusterSchedule(long seed, boolean flood) {
        random = new Random(seed);
        Duration least = Duration.ofMillis(random.nextInt(9));
        cluster = TestCluster.seed(seed)
                .flood(flood)
                .delay(least, MOST_DELAY)
                .detection(Duration.ofMillis(10L * random.nextInt(3)));
        for (String name : NAMES.subList(0, 3)) {
            start(name);
        }
        for (step = 0; step < STEPS; step++) {
            cluster.clock().advance(Duration.ofNanos(random.nextInt(3_000_000)));
            times.add(cluster.clock().nanoTime());
            act(random.nextInt(1000));
            linked.add(pairs());
        }
        cluster.clock().advance(Duration.ofSeconds(1));
    }

    /** As many draws whatever comes of it, so that the next step is the same on every cluster. */
    private void act(int what) {
        Life at = pick(List.copyOf(sorted()));
        Life other = pick(List.copyOf(sorted()));
        String topic = pick(TOPICS);
        int which = random.nextInt(Integer.MAX_VALUE);
        if (what < 250) {
            subscribe(at, topic);
        } else if (what < 450) {
            cancel(which);
        } else if (what < 900) {
            broadcast(at, topic);
        } else if (what < 960) {
            direct(at, other, topic);
        } else if (what < 980) {
            startOneOf(which);
        } else if (what < 985) {
            end(at, which % 2 == 0);
        } else if (what < 990) {
            side = new TreeSet<>(List.of(at.name, other.name));
            cluster.partition(side);
        } else {
            side = Set.of();
            cluster.heal();
        }
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private List<Life> sorted() {
        return NAMES.stream().filter(up::containsKey).map(up::get).toList();
    }

    private void start(String name) {
        up.put(name, new Life(name, lives++, PubSub.on(cluster.node(name))));
    }

    private void startOneOf(int which) {
        List<String> missing =
                NAMES.stream().filter(name -> !up.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            start(missing.get(which % missing.size()));
        }
    }

    private void end(Life life, boolean crash) {
        if (up.size() == 2) {
            return;
        }
        up.remove(life.name);
        active.removeIf(watch -> watch.at == life);
        if (crash) {
            cluster.crash(life.name);
        } else {
            life.pubsub.close();
        }
    }

    private void subscribe(Life at, String topic) {
        Watch watch = new Watch(step, cluster.clock().nanoTime(), at, topic);
        watch.subscription = at.pubsub.subscribe(
                topic,
                at.loop,
                broadcast -> watch.got.add(new Got(Objects.requireNonNull(byEvent.get(broadcast.event())), step)));
        watches.add(watch);
        active.add(watch);
    }

    private void cancel(int which) {
        if (!active.isEmpty()) {
            Watch watch = active.remove(which % active.size());
            watch.cancelled = step;
            Objects.requireNonNull(watch.subscription).cancel();
        }
    }

    private void broadcast(Life by, String topic) {
        by.pubsub.broadcast(TestClusterPeer.event(topic, made(by, topic, false)));
    }

    private void direct(Life by, Life to, String topic) {
        by.pubsub.directBroadcast(to.name, TestClusterPeer.event(topic, made(by, topic, true)));
    }

    private String made(Life by, String topic, boolean direct) {
        Made one = new Made(step, cluster.clock().nanoTime(), by, topic, direct);
        made.add(one);
        byEvent.put("e" + step, one);
        return "e" + step;
    }

    private Set<Set<Life>> pairs() {
        Set<Set<Life>> pairs = new HashSet<>();
        for (Life one : up.values()) {
            for (Life other : up.values()) {
                if (one != other && side.contains(one.name) == side.contains(other.name)) {
                    pairs.add(Set.of(one, other));
                }
            }
        }
        return pairs;
    }

    // What is to be said of it.

    /** Tells whether two lives reached each other when a step was done. */
    boolean linkedAt(int atStep, Life one, Life other) {
        return linked.get(atStep).contains(Set.of(one, other));
    }

    /** The first of the subscriptions since which this topic has had some on this node until this one came. */
    Watch first(Watch watch) {
        for (Watch earlier : watches) {
            if (earlier.step < watch.step
                    && earlier.cancelled > watch.step
                    && earlier.at == watch.at
                    && earlier.topic.equals(watch.topic)) {
                return first(earlier);
            }
        }
        return watch;
    }

    /** Tells whether two lives reached each other from a step until long enough after it, and the watch was not cancelled by then. */
    boolean undisturbed(Made one, Watch watch) {
        for (int i = one.step; i < STEPS && times.get(i) - one.time <= WINDOW.toNanos(); i++) {
            if (watch.cancelled == i || (watch.at != one.by && !linkedAt(i, watch.at, one.by))) {
                return false;
            }
        }
        return true;
    }
}
