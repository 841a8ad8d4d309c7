package dev.simurgh.presence;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How clients and the application hear of presences: see {@link Presence.Builder}. */
record Telling(
        Duration diffInterval,
        @Nullable PresenceFetcher fetcher,
        Duration fetchTimeout,
        @Nullable PresenceListener listener) {
    static final int MAX_INTERVAL_SECONDS = 10;
    private static final Duration MAX_INTERVAL = Duration.ofSeconds(MAX_INTERVAL_SECONDS);
    private static final Telling DEFAULTS = new Telling(Duration.ofMillis(50), null, Duration.ofSeconds(5), null);

    static Telling defaults() {
        return DEFAULTS;
    }

    Telling withDiffInterval(Duration interval) {
        if (interval.isNegative() || interval.compareTo(MAX_INTERVAL) > 0) {
            throw new IllegalArgumentException("diffInterval: " + interval + " (expected: 0 to " + MAX_INTERVAL_SECONDS
                    + " s, as who joins a busy topic waits as long to be on its list)");
        }
        return new Telling(interval, fetcher, fetchTimeout, listener);
    }

    Telling withFetcher(PresenceFetcher newFetcher) {
        return new Telling(diffInterval, newFetcher, fetchTimeout, listener);
    }

    Telling withFetchTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("fetchTimeout: " + timeout + " (expected: more than 0)");
        }
        return new Telling(diffInterval, fetcher, timeout, listener);
    }

    Telling withListener(PresenceListener newListener) {
        return new Telling(diffInterval, fetcher, fetchTimeout, newListener);
    }
}
