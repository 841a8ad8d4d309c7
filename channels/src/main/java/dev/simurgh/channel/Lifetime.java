package dev.simurgh.channel;

import java.time.Duration;
import java.util.Optional;

/** How long a connection may last, as its channels see it. For any thread. */
interface Lifetime {
    /** Has it end in so long, and not before. */
    void renew(Duration time);

    /** How long it will last yet; empty if nothing ends it. */
    Optional<Duration> expiresIn();
}
