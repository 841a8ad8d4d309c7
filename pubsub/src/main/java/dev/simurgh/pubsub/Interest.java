package dev.simurgh.pubsub;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

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

    /** Goes through the topics and their loops, which are not to be changed. */
    void each(BiConsumer<String, LoopTopics[]> look) {
        entries.forEach((topic, entry) -> look.accept(topic, entry.loops));
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
        if (present != null && present.answer.hasFailed()) {
            entries.computeIfPresent(topic, (name, entry) -> askedAgain(entry, name));
        }
    }

    private Entry askedAgain(Entry entry, String topic) {
        if (entry.answer.hasFailed()) {
            entry.answer = added(topic);
        }
        return entry;
    }

    private Answer added(String topic) {
        return Answer.of(cluster.topicAdded(topic));
    }

    /**
     * Completes, or has completed, when broadcasts of other nodes to this topic arrive here; fails if they will not. Who waits no longer
     * cancels it.
     */
    CompletableFuture<Void> ready(String topic) {
        Entry entry = entries.get(topic);
        return entry == null ? READY : entry.answer.await();
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
        volatile Answer answer;

        Entry(LoopTopics[] loops, int[] counts, Answer answer) {
            this.loops = loops;
            this.counts = counts;
            this.answer = answer;
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
            return new Entry(Arrays.copyOf(loops, length), Arrays.copyOf(counts, length), answer);
        }
    }

    /**
     * What the adapter says to a topic, and who waits for it. It may never say anything, while many come to wait and go again: a future
     * would keep them all.
     */
    private static final class Answer {
        private static final Answer YES = new Answer(READY);

        private final CompletableFuture<Void> given;
        /** In the order in which they came. */
        private final Set<CompletableFuture<Void>> waiting = Collections.synchronizedSet(new LinkedHashSet<>());

        private Answer(CompletableFuture<Void> given) {
            this.given = given;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // a failure is handed on to those who wait
        static Answer of(CompletableFuture<Void> given) {
            if (given.isDone() && !given.isCompletedExceptionally()) {
                return YES;
            }
            Answer answer = new Answer(given);
            given.whenComplete((done, failure) -> answer.told().forEach(one -> tell(one, failure)));
            return answer;
        }

        /** A copy, since each goes from the set when it is told. */
        private List<CompletableFuture<Void>> told() {
            synchronized (waiting) {
                return List.copyOf(waiting);
            }
        }

        boolean hasFailed() {
            return given.isCompletedExceptionally();
        }

        @SuppressWarnings({"FutureReturnValueIgnored", "CollectionUndefinedEquality"}) // as above; each is itself
        CompletableFuture<Void> await() {
            if (this == YES) {
                return READY;
            }
            CompletableFuture<Void> one = new CompletableFuture<>();
            waiting.add(one);
            one.whenComplete((done, failure) -> waiting.remove(one));
            if (given.isDone()) { // those who were waiting may have been told before
                given.whenComplete((done, failure) -> tell(one, failure));
            }
            return one;
        }

        private static void tell(CompletableFuture<Void> one, @Nullable Throwable failure) {
            if (failure == null) {
                one.complete(null);
            } else {
                one.completeExceptionally(failure);
            }
        }
    }
}
