package dev.simurgh.journal;

import java.util.concurrent.atomic.LongAdder;

/** What an endpoint's kept topics have done. */
final class KeptCounts {
    final LongAdder stored = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder repeated = new LongAdder();
    final LongAdder late = new LongAdder();
    final LongAdder gaps = new LongAdder();
    final LongAdder filled = new LongAdder();
    final LongAdder foreign = new LongAdder();
    final LongAdder rewinds = new LongAdder();
    final LongAdder fromTail = new LongAdder();
    final LongAdder fromJournal = new LongAdder();

    KeptStats stats(long refused, int topics, long tailBytes) {
        return new KeptStats(
                stored.sum(),
                failed.sum(),
                repeated.sum(),
                refused,
                late.sum(),
                gaps.sum(),
                filled.sum(),
                foreign.sum(),
                rewinds.sum(),
                fromTail.sum(),
                fromJournal.sum(),
                topics,
                tailBytes);
    }
}
