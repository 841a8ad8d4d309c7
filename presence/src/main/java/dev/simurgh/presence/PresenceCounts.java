package dev.simurgh.presence;

import java.util.concurrent.atomic.LongAdder;

/** What a presence has done, counted. */
final class PresenceCounts {
    // To clients.
    final LongAdder diffs = new LongAdder();
    final LongAdder states = new LongAdder();
    final LongAdder missed = new LongAdder();
    final LongAdder notFetched = new LongAdder();

    // Between nodes.
    final LongAdder deltas = new LongAdder();
    final LongAdder answers = new LongAdder();
    final LongAdder fullTransfers = new LongAdder();
    final LongAdder asked = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder unknown = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder leftOut = new LongAdder();
}
