package dev.simurgh.presence;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the feeds of all rooms have in common: how and on which threads those are told who want to know of a room. */
final class Feeds {
    /** How many fetches, or listeners, of a presence run at once: those that hang must not take all threads of a scheduler. */
    private static final int AT_ONCE = 64;

    final Endpoint endpoint;
    final PresenceCounts counts;
    final long intervalNanos;
    /** For what takes long, or must not happen on a thread of the timers. */
    final Turns later;

    final @Nullable Fetching fetching;
    final @Nullable PresenceListener listener;
    final Turns listenerTurns;
    private volatile boolean stopped;

    Feeds(Endpoint endpoint, Telling telling, PresenceCounts counts) {
        this.endpoint = endpoint;
        this.counts = counts;
        this.intervalNanos = telling.diffInterval().toNanos();
        this.later = turns(Integer.MAX_VALUE);
        this.listener = telling.listener();
        this.listenerTurns = turns(AT_ONCE);
        PresenceFetcher fetcher = telling.fetcher();
        this.fetching = fetcher == null
                ? null
                : new Fetching(endpoint, fetcher, telling.fetchTimeout(), turns(AT_ONCE), later, counts.notFetched);
    }

    private Turns turns(int most) {
        return new Turns(endpoint.scheduler(), endpoint.timers(), most);
    }

    long now() {
        return endpoint.timers().nanoTime();
    }

    void schedule(long nanos, Runnable task) {
        endpoint.timers().schedule(Duration.ofNanos(nanos), task);
    }

    /** From now on nobody waits for his turn any more. */
    void stop() {
        stopped = true;
        later.stop();
    }

    boolean isStopped() {
        return stopped;
    }

    /** By key, each as an application sees it. */
    Map<String, List<Meta>> metas(Iterable<@Nullable Entry> entries) {
        Map<String, List<Meta>> metas = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (entry != null) {
                metas.computeIfAbsent(entry.key, key -> new ArrayList<>(1)).add(new Meta(entry, endpoint.codec()));
            }
        }
        return metas;
    }

    /** What is fetched where nothing is. */
    static final Map<String, Payload.Json> NOTHING = Map.of();
}
