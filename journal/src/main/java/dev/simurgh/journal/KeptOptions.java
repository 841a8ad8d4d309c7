package dev.simurgh.journal;

import dev.simurgh.channel.Socket;
import java.time.Duration;
import java.util.function.Function;

/**
 * What may be told to kept topics.
 *
 * @param gapWait how long a broadcast that came early waits for those before it, until the journal is asked
 * @param checkEvery how often the heads of all topics are looked at
 * @param maxTailBytes how much memory the tails of all topics may take
 * @param maxEarlyBytes how much of one topic may wait for what belongs before it
 * @param onceWindow for how long an idempotency key is known
 * @param onceLease for how long the handler of a push has its key to itself
 * @param maxOnceBytes how much of pushes with keys may be asked at the same time
 * @param user whose keys and acknowledgements a channel's are
 */
record KeptOptions(
        Duration gapWait,
        Duration checkEvery,
        long maxTailBytes,
        long maxEarlyBytes,
        Duration onceWindow,
        Duration onceLease,
        long maxOnceBytes,
        Function<Socket, String> user) {}
