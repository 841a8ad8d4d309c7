package dev.simurgh.cluster;

import java.util.concurrent.atomic.LongAdder;

/** What a mesh counts; {@link MeshStats} says what each means. */
final class Counters {
    final LongAdder sent = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder late = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final LongAdder gaps = new LongAdder();
    final LongAdder malformed = new LongAdder();
}
