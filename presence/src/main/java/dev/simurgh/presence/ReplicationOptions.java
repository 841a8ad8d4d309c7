package dev.simurgh.presence;

import java.time.Duration;

/**
 * How nodes keep the same lists.
 *
 * @param maxCopyBytes how much memory the copies of other nodes' entries may take, all together
 * @param rememberFor how long the entries of a node that is away are kept for its return
 * @param maxRemovalBytes how much memory the latest removals of this node may take
 * @param maxDeltaBytes how long a message with changes is to be, about
 * @param announceEvery how often others are told of changes, if there are many
 */
record ReplicationOptions(
        long maxCopyBytes, Duration rememberFor, int maxRemovalBytes, int maxDeltaBytes, Duration announceEvery) {
    static final ReplicationOptions DEFAULTS = new ReplicationOptions(
            Runtime.getRuntime().maxMemory() / 2, Duration.ofMinutes(5), 4 << 20, 256 << 10, Duration.ofMillis(20));

    ReplicationOptions maxCopyBytes(long bytes) {
        return new ReplicationOptions(bytes, rememberFor, maxRemovalBytes, maxDeltaBytes, announceEvery);
    }

    ReplicationOptions rememberFor(Duration time) {
        return new ReplicationOptions(maxCopyBytes, time, maxRemovalBytes, maxDeltaBytes, announceEvery);
    }
}
