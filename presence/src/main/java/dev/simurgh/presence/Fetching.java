package dev.simurgh.presence;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has an application add to what clients are told. However long that takes it, and whatever it throws, only its topic waits, and that not for long. */
final class Fetching {
    private static final Logger log = LoggerFactory.getLogger(Fetching.class);
    private static final Set<String> METAS = Set.of(PresenceJson.METAS);

    private final Endpoint endpoint;
    private final PresenceFetcher fetcher;
    private final Duration timeout;
    private final Turns turns;
    private final Turns later;
    private final LongAdder without; // how often something is told without
    private final Set<String> busy = ConcurrentHashMap.newKeySet(); // the topics of fetches that have not returned

    Fetching(
            Endpoint endpoint, PresenceFetcher fetcher, Duration timeout, Turns turns, Turns later, LongAdder without) {
        this.endpoint = endpoint;
        this.fetcher = fetcher;
        this.timeout = timeout;
        this.turns = turns;
        this.later = later;
        this.without = without;
    }

    /**
     * Fetches, unless an earlier one of the topic hangs, or the endpoint stops.
     *
     * @param then gets what there is to add, by key; is called once, on the scheduler
     */
    void fetch(String topic, Map<String, List<Meta>> presences, Consumer<Map<String, Payload.Json>> then) {
        if (later.isStopped() || !busy.add(topic)) {
            without.increment();
            later.execute(() -> then.accept(Feeds.NOTHING));
            return;
        }
        AtomicBoolean answered = new AtomicBoolean();
        Runnable cancel = endpoint.timers().schedule(timeout, () -> {
            if (answered.compareAndSet(false, true)) {
                without.increment();
                clientLog()
                        .failure(
                                log,
                                new FetchTimeout(timeout),
                                "presences of {} are shown without what is fetched for them: it takes too long",
                                topic);
                later.execute(() -> then.accept(Feeds.NOTHING));
            }
        });
        turns.execute(() -> {
            Map<String, Payload.Json> fetched;
            try {
                fetched = answered.get() ? Feeds.NOTHING : fetched(topic, presences);
            } finally {
                busy.remove(topic);
            }
            if (answered.compareAndSet(false, true)) {
                cancel.run();
                then.accept(fetched);
            }
        });
    }

    private Map<String, Payload.Json> fetched(String topic, Map<String, List<Meta>> presences) {
        try {
            Map<String, Payload.Json> fetched = new HashMap<>();
            Map<String, ?> found = Objects.requireNonNull(
                    fetcher.fetch(topic, presences),
                    "fetched: null (expected: a map, empty where there is nothing to add)");
            found.forEach((key, value) -> fetched.put(key, json(key, value)));
            return fetched;
        } catch (Throwable thrown) { // an Error, too, must not keep clients from hearing of each other
            without.increment();
            clientLog().failure(log, thrown, "presences of {} are shown without what is fetched for them", topic);
            return Feeds.NOTHING;
        }
    }

    private Payload.Json json(String key, @Nullable Object value) {
        if (value != null
                && Payload.of(value).encoded(endpoint.codec()) instanceof Payload.Json json
                && json.isObject()) {
            return PresenceJson.compact(json.without(METAS));
        }
        throw new IllegalArgumentException(
                "fetched for " + ClientLog.shown(key) + ": " + ClientLog.shown(String.valueOf(value))
                        + " (expected: a record, a map or another JSON object, whose fields stand beside the metas)");
    }

    private ClientLog clientLog() {
        return endpoint.backstage().clientLog();
    }

    /** Says in the log what is to be done. */
    private static final class FetchTimeout extends RuntimeException {
        private static final long serialVersionUID = 1;

        FetchTimeout(Duration timeout) {
            super(
                    "no answer within " + timeout + " (expected: a faster PresenceFetcher, or a longer fetchTimeout)",
                    null,
                    false,
                    false);
        }
    }
}
