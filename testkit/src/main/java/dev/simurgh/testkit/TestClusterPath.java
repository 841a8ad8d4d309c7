package dev.simurgh.testkit;

import java.time.Duration;
import java.util.Random;

/**
 * The way from one name of a {@link TestCluster} to another, whoever has these names. It has a source of chance of its own and draws as
 * often for each broadcast, so that a fault that is added elsewhere, or here, does not change what else happens. Guarded by the cluster.
 */
final class TestClusterPath {
    /** What may go wrong on the way. */
    static final class Faults {
        private Duration least = Duration.ZERO;
        private Duration most = Duration.ZERO;
        private double loss;
        private double duplication;
        private double newsLoss;
        boolean reordering;

        Faults copy() {
            Faults copy = new Faults();
            copy.least = least;
            copy.most = most;
            copy.loss = loss;
            copy.duplication = duplication;
            copy.newsLoss = newsLoss;
            copy.reordering = reordering;
            return copy;
        }

        void delay(Duration shortest, Duration longest) {
            if (shortest.isNegative() || longest.compareTo(shortest) < 0) {
                throw new IllegalArgumentException(
                        "delay: " + shortest + " to " + longest + " (expected: not negative, the shorter one first)");
            }
            least = atMost(shortest);
            most = atMost(longest);
        }

        void loss(double probability) {
            loss = checked(probability);
        }

        void duplication(double probability) {
            duplication = checked(probability);
        }

        void newsLoss(double probability) {
            newsLoss = checked(probability);
        }

        private static double checked(double probability) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("probability: " + probability + " (expected: 0 to 1)");
            }
            return probability;
        }
    }

    /** A time of which some in a row are still a number of nanoseconds. No test takes that long. */
    static Duration atMost(Duration time) {
        Duration century = Duration.ofDays(36_525);
        return time.compareTo(century) < 0 ? time : century;
    }

    /** The fate of one broadcast or message: when it arrives, and its place among those that arrive with it. */
    record Passage(boolean lost, boolean twice, long arrival, long again, int place) {}

    final String from;
    final String to;
    final Faults faults;
    private final Random broadcastChance;
    /** For what nodes tell each other of themselves: how much that is does not change the luck of broadcasts. */
    private final Random controlChance;
    /** For messages between nodes: parts that talk more do not change it either. */
    private final Random messageChance;
    /** For lost news of topics. */
    private final Random newsChance;

    private long lastArrival;

    TestClusterPath(long seed, String from, String to, Faults faults) {
        this.from = from;
        this.to = to;
        this.faults = faults.copy();
        this.broadcastChance = chance(seed, from, to, "broadcast");
        this.controlChance = chance(seed, from, to, "control");
        this.messageChance = chance(seed, from, to, "message");
        this.newsChance = chance(seed, from, to, "news");
    }

    /**
     * A source of chance of this seed and these texts, in which each bit of them changes half of all bits: links whose seeds are near each
     * other, or in line, would share their luck. What {@link Random} makes of its seed is specified, so it is the same on every JVM.
     */
    private static Random chance(long seed, String... texts) {
        long mixed = mix(seed);
        for (String text : texts) {
            mixed = mix(mixed ^ text.length());
            for (int i = 0; i < text.length(); i++) {
                mixed = mix(mixed ^ text.charAt(i));
            }
        }
        return new Random(mixed);
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    Passage broadcastPassage(long now) {
        return passage(now, broadcastChance);
    }

    Passage messagePassage(long now) {
        return passage(now, messageChance);
    }

    boolean losesNews() {
        return newsChance.nextDouble() < faults.newsLoss;
    }

    private Passage passage(long now, Random chance) {
        double loss = chance.nextDouble();
        double duplication = chance.nextDouble();
        double first = chance.nextDouble();
        double second = chance.nextDouble();
        int place = chance.nextInt(Integer.MAX_VALUE);
        if (loss < faults.loss) {
            return new Passage(true, false, now, now, 0);
        }
        long arrival = arrival(now, first, faults.reordering);
        boolean twice = duplication < faults.duplication;
        long again = twice ? arrival(now, second, faults.reordering) : arrival;
        return new Passage(false, twice, arrival, again, faults.reordering ? place : 0);
    }

    /** When what nodes tell of themselves arrives: never lost in here, never out of order. */
    long controlArrival(long now) {
        return arrival(now, controlChance.nextDouble(), false);
    }

    /** When the last of what has set out so far arrives. */
    long lastArrival() {
        return lastArrival;
    }

    private long arrival(long now, double draw, boolean overtaking) {
        long least = faults.least.toNanos();
        long arrival = VirtualClock.after(now, least + (long) (draw * (faults.most.toNanos() - least)));
        if (!overtaking) {
            arrival = Math.max(arrival, lastArrival);
        }
        lastArrival = Math.max(lastArrival, arrival);
        return arrival;
    }
}
