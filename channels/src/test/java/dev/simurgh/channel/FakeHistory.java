package dev.simurgh.channel;

import dev.simurgh.channel.spi.History;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.spi.Keeper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps the topics {@code kept:*} in a list, and answers when the test says so. Offsets are those of the list, from 1. */
final class FakeHistory implements History, Keeper {
    private final Map<String, List<Broadcast>> topics = new HashMap<>();
    private final Map<String, Long> trimmed = new HashMap<>();
    private final Queue<Runnable> unanswered = new ArrayDeque<>();
    private final PubSub pubsub;
    String epoch = "e";
    /** Whether answers wait for {@link #answer}. */
    boolean late;
    /** Whether what is kept is not delivered. */
    boolean silent;

    @Nullable
    RuntimeException failure;

    int reads;
    int maxEntries = Integer.MAX_VALUE;

    FakeHistory(Endpoint endpoint) {
        pubsub = endpoint.pubsub();
        endpoint.backstage().keepWith(this);
        pubsub.keepWith(this);
    }

    List<Broadcast> kept(String topic) {
        return topics.computeIfAbsent(topic, t -> new ArrayList<>());
    }

    void trim(String topic, long upTo) {
        trimmed.put(topic, upTo);
    }

    int unanswered() {
        return unanswered.size();
    }

    /** Answers what was asked, as it would have been answered then. */
    void answer() {
        for (int n = unanswered.size(); n > 0; n--) {
            unanswered.remove().run();
        }
    }

    @Override
    public boolean keeps(String topic) {
        return topic.startsWith("kept:");
    }

    @Override
    public void broadcast(Broadcast broadcast, @Nullable Subscriber from) {
        Broadcast stored = keep(broadcast);
        if (!silent) {
            pubsub.deliver(stored, from);
        }
    }

    Broadcast keep(Broadcast broadcast) {
        List<Broadcast> all = kept(broadcast.topic());
        Broadcast stored = broadcast.at(epoch + ":" + (all.size() + 1));
        all.add(stored);
        return stored;
    }

    Broadcast keep(String topic, String event, String payload) {
        return keep(Broadcast.of(topic, event, Payload.json(payload)));
    }

    @Override
    public void received(Broadcast broadcast) {
        pubsub.deliver(broadcast, null);
    }

    @Override
    public CompletableFuture<Start> start(String topic, Optional<String> since) {
        return answered(() -> {
            List<Broadcast> all = kept(topic);
            String head =
                    all.isEmpty() ? "e:0" : all.get(all.size() - 1).position().orElseThrow();
            long trim = trimmed.getOrDefault(topic, 0L);
            for (long offset = trim; since.isPresent() && offset <= all.size(); offset++) {
                String position = offset == 0
                        ? "e:0"
                        : all.get((int) offset - 1).position().orElseThrow();
                if (position.equals(since.get())) {
                    return new Start(position, offset, Optional.of(true));
                }
            }
            return new Start(head, all.size(), since.map(unknown -> false));
        });
    }

    @Override
    public CompletableFuture<Slice> read(String topic, long after, int maxBytes) {
        reads++;
        return answered(() -> {
            List<Broadcast> all = kept(topic);
            List<Broadcast> slice = new ArrayList<>();
            int bytes = 0;
            for (int i = (int) after; i < all.size() && slice.size() < maxEntries; i++) {
                bytes += all.get(i).pinnedBytes();
                if (bytes > maxBytes && !slice.isEmpty()) {
                    break;
                }
                slice.add(all.get(i));
            }
            long upTo = after + slice.size();
            return new Slice(slice, upTo, after >= trimmed.getOrDefault(topic, 0L), upTo < all.size());
        });
    }

    private <T> CompletableFuture<T> answered(Supplier<T> answer) {
        CompletableFuture<T> future = new CompletableFuture<>();
        RuntimeException now = failure;
        T then = now == null ? answer.get() : null;
        Runnable completes = () -> {
            if (then == null) {
                future.completeExceptionally(now == null ? new IllegalStateException() : now);
            } else {
                future.complete(then);
            }
        };
        if (late) {
            unanswered.add(completes);
        } else {
            completes.run();
        }
        return future;
    }
}
