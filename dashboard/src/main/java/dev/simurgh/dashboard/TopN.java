package dev.simurgh.dashboard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * The first rows of many, for one query: a heap of as many as are to be seen, however many are offered. What does not come among them costs a comparison
 * and is not kept. For one thread.
 *
 * @param <T> what the rows are of
 */
final class TopN<T> {
    private record Entry<T>(double score, T item) {}

    private final int offset;
    private final int capacity;
    private final Comparator<T> ties;
    private final Comparator<Entry<T>> order;
    private final PriorityQueue<Entry<T>> heap;
    private long matched;

    /**
     * Ranks by scores, the greatest first.
     *
     * @param ties decides between equal scores, so that the same rows come again when nothing has changed
     */
    TopN(int offset, int limit, Comparator<T> ties) {
        this.offset = offset;
        this.capacity = offset + limit;
        this.ties = ties;
        this.order =
                Comparator.<Entry<T>>comparingDouble(Entry::score).reversed().thenComparing(Entry::item, ties);
        this.heap = new PriorityQueue<>(16, order.reversed());
    }

    void offer(double score, T item) {
        matched++;
        Entry<T> last = heap.size() < capacity ? null : heap.peek();
        if (last != null) {
            if (score < last.score || (score == last.score && ties.compare(item, last.item) >= 0)) {
                return;
            }
            heap.poll();
        }
        heap.add(new Entry<>(score, item));
    }

    /** How many have been offered. */
    long matched() {
        return matched;
    }

    /** Those that are to be seen, in their order. */
    List<T> rows(Predicate<T> stillThere) {
        List<Entry<T>> all = new ArrayList<>(heap);
        all.sort(order);
        return all.stream().skip(offset).map(Entry::item).filter(stillThere).toList();
    }
}
