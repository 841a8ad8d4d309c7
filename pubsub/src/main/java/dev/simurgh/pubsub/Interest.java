package dev.simurgh.pubsub;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which event loops of this node have subscribers for a topic, so that a broadcast goes to those loops only.
 *
 * <p>A loop is counted once for its non-empty list, and once more for each subscription that is still on its way to it. The
 * cluster adapter hears of the first loop of a topic and of the last; both inside the map's lock for that topic, so that it
 * hears of them in the order in which they happened.
 */
final class Interest {
    private static final LoopTopics[] NOBODY = {};
    private static final CompletableFuture<Void> READY = CompletableFuture.completedFuture(null);

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final GuardedCluster cluster;

    Interest(GuardedCluster cluster) {
        this.cluster = cluster;
    }

    /** The loops to which a broadcast to this topic must go. Not to be changed. */
    LoopTopics[] loops(String topic) {
        Entry entry = entries.get(topic);
        return entry == null ? NOBODY : entry.loops;
    }

    Set<String> topics() {
        return entries.keySet();
    }

    void retain(String topic, LoopTopics loop) {
        entries.compute(topic, (name, entry) -> {
            if (entry == null) {
                return new Entry(new LoopTopics[] {loop}, new int[] {1}, added(name));
            }
            return askedAgain(entry, name).plus(loop);
        });
    }

    /** Has the adapter asked for a topic again that it could not subscribe to. */
    void askAgain(String topic) {
        Entry present = entries.get(topic);
        if (present != null && present.ready.isCompletedExceptionally()) {
            entries.computeIfPresent(topic, (name, entry) -> askedAgain(entry, name));
        }
    }

    private Entry askedAgain(Entry entry, String topic) {
        if (entry.ready.isCompletedExceptionally()) {
            entry.ready = added(topic);
        }
        return entry;
    }

    private CompletableFuture<Void> added(String topic) {
        CompletableFuture<Void> answer = cluster.topicAdded(topic);
        return answer.isDone() && !answer.isCompletedExceptionally() ? READY : answer;
    }

    /** Completes, or has completed, when broadcasts of other nodes to this topic arrive here; fails if they will not. */
    CompletableFuture<Void> ready(String topic) {
        Entry entry = entries.get(topic);
        return entry == null ? READY : entry.ready;
    }

    void release(String topic, LoopTopics loop) {
        entries.computeIfPresent(topic, (name, entry) -> {
            Entry rest = entry.minus(loop);
            if (rest.loops.length > 0) {
                return rest;
            }
            cluster.topicRemoved(name);
            return null;
        });
    }

    /** Drops a loop from a topic, however often it was retained. */
    void releaseAll(String topic, LoopTopics loop) {
        while (Arrays.asList(loops(topic)).contains(loop)) {
            release(topic, loop);
        }
    }

    /** Immutable but for counts and answer, which are only changed inside the map's lock. */
    private static final class Entry {
        final LoopTopics[] loops;
        private final int[] counts;
        volatile CompletableFuture<Void> ready;

        Entry(LoopTopics[] loops, int[] counts, CompletableFuture<Void> ready) {
            this.loops = loops;
            this.counts = counts;
            this.ready = ready;
        }

        Entry plus(LoopTopics loop) {
            int at = Arrays.asList(loops).indexOf(loop);
            if (at >= 0) {
                counts[at]++;
                return this;
            }
            Entry longer = resized(loops.length + 1);
            longer.loops[loops.length] = loop;
            longer.counts[loops.length] = 1;
            return longer;
        }

        Entry minus(LoopTopics loop) {
            int at = Arrays.asList(loops).indexOf(loop);
            if (at < 0 || --counts[at] > 0) {
                return this;
            }
            Entry shorter = resized(loops.length - 1);
            if (at < shorter.loops.length) {
                shorter.loops[at] = loops[loops.length - 1];
                shorter.counts[at] = counts[loops.length - 1];
            }
            return shorter;
        }

        private Entry resized(int length) {
            return new Entry(Arrays.copyOf(loops, length), Arrays.copyOf(counts, length), ready);
        }
    }
}
