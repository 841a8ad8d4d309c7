package dev.simurgh.dashboard;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The taps at this node, of its own viewers and of other nodes'. There is one for as long as somebody asks what it has seen: one that is not asked for {@value
 * #PATIENCE_SECONDS} s ends, so that a node that has died leaves nothing. For any thread.
 */
final class NodeTaps {
    private static final int PATIENCE_SECONDS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);
    private static final int MAX_TAPS = 100;

    private final Endpoint endpoint;
    private final Function<Payload, Object> show;
    private final Map<Key, Tap> taps = new HashMap<>();
    /** How many of them subscribe to each topic. */
    private final Map<String, Integer> subscriptions = new ConcurrentHashMap<>();

    private boolean closed;
    private @Nullable Runnable cancelLook; // while there are taps

    /** @param asker the node whose viewers look */
    private record Key(String asker, String topic) {}

    /** @param show what is told of a payload */
    NodeTaps(Endpoint endpoint, Function<Payload, Object> show) {
        this.endpoint = endpoint;
        this.show = show;
    }

    /** What has gone over a topic since this was asked the last time; nothing the first time. */
    Map<String, Object> take(String asker, String topic, boolean broadcasts) {
        long now = endpoint.timers().nanoTime();
        Tap tap;
        synchronized (this) {
            Key key = new Key(asker, topic);
            Tap known = taps.get(key);
            if (known == null && (closed || taps.size() >= MAX_TAPS)) {
                return Map.of("frames", List.of(), "missed", 0L);
            }
            tap = known == null ? new Tap(endpoint, topic, broadcasts, show, now) : known;
            if (known == null) {
                taps.put(key, tap);
                count(tap, topic, 1);
                lookLater();
            }
        }
        return tap.take(endpoint.node().self(), now);
    }

    /** Nobody of a node looks at a topic any more. */
    void end(String asker, String topic) {
        Key ended = new Key(asker, topic);
        end(key -> key.equals(ended));
    }

    private synchronized void end(Predicate<Key> which) {
        taps.entrySet().removeIf(each -> {
            boolean ends = which.test(each.getKey());
            if (ends) {
                each.getValue().close();
                count(each.getValue(), each.getKey().topic(), -1);
            }
            return ends;
        });
        if (taps.isEmpty() && cancelLook != null) {
            cancelLook.run();
            cancelLook = null;
        }
    }

    private void count(Tap tap, String topic, int more) {
        if (tap.isSubscribed()) {
            subscriptions.merge(topic, more, (a, b) -> a + b == 0 ? null : a + b);
        }
    }

    /** How many of a topic's subscribers are taps. */
    int subscriptions(String topic) {
        return subscriptions.isEmpty() ? 0 : subscriptions.getOrDefault(topic, 0);
    }

    private void lookLater() {
        if (cancelLook == null) {
            cancelLook = endpoint.timers().schedule(Duration.ofSeconds(1), this::look);
        }
    }

    private synchronized void look() {
        cancelLook = null;
        long now = endpoint.timers().nanoTime();
        end(key -> now - takenAt(key) > PATIENCE.toNanos());
        if (!taps.isEmpty()) {
            lookLater();
        }
    }

    private long takenAt(Key key) {
        Tap tap = taps.get(key);
        return tap == null ? 0 : tap.takenAt();
    }

    synchronized void close() {
        closed = true;
        end(key -> true);
    }

    synchronized int size() {
        return taps.size();
    }
}
