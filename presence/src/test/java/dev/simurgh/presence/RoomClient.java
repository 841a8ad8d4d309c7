package dev.simurgh.presence;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * A client of one topic that makes its list as {@code Presence} of phoenix.js does, step by step: diffs wait until the state of the join has come, a state is
 * compared with what is there, joins are taken in front of leaves, and metas are told from each other by their refs. On its event loop.
 */
final class RoomClient {
    private final Endpoint endpoint;
    private final String topic;
    private final EventLoop loop;
    private Subscription subscription;
    final List<String> events = new ArrayList<>();
    final List<Map<?, ?>> diffs = new ArrayList<>();
    private final Map<String, List<Map<?, ?>>> list = new LinkedHashMap<>();
    private final List<Map<?, ?>> pending = new ArrayList<>();
    private boolean synced;
    int longest;

    RoomClient(Endpoint endpoint, String topic, EventLoop loop) {
        this.endpoint = endpoint;
        this.topic = topic;
        this.loop = loop;
        subscription = subscribe();
    }

    private Subscription subscribe() {
        return endpoint.pubsub().subscribe(topic, loop, this::deliver);
    }

    private void deliver(Broadcast broadcast) {
        longest = Math.max(longest, ((Payload.Json) broadcast.payload()).length());
        if (broadcast.event().equals("presence_state")) {
            state(broadcast.payload());
        } else if (broadcast.event().equals("presence_diff")) {
            diff(broadcast.payload());
        }
    }

    /** The client joins anew: what comes waits for its state, and so does what has come of late without one. */
    void rejoins() {
        synced = false;
        Subscription former = subscription;
        subscription = subscribe(); // first: its event loop misses nothing in between
        former.cancel();
    }

    void state(Payload payload) {
        events.add("state " + payload);
        synced = true;
        sync(map(payload));
        pending.forEach(this::apply);
        pending.clear();
    }

    void diff(Payload payload) {
        events.add("diff " + payload);
        Map<?, ?> diff = map(payload);
        diffs.add(diff);
        if (synced) {
            apply(diff);
        } else {
            pending.add(diff);
        }
    }

    private Map<?, ?> map(Payload payload) {
        return payload.as(Map.class, endpoint.codec());
    }

    private void sync(Map<?, ?> state) {
        Map<String, List<Map<?, ?>>> joins = new HashMap<>();
        Map<String, List<Map<?, ?>>> leaves = new HashMap<>();
        list.forEach((key, metas) -> {
            List<String> now = state.containsKey(key) ? refs(metas(state.get(key))) : List.of();
            List<Map<?, ?>> left =
                    metas.stream().filter(meta -> !now.contains(ref(meta))).toList();
            if (!left.isEmpty()) {
                leaves.put(key, left);
            }
        });
        state.forEach((key, presence) -> {
            List<String> had = refs(list.getOrDefault((String) key, List.of()));
            List<Map<?, ?>> come = metas(presence).stream()
                    .filter(meta -> !had.contains(ref(meta)))
                    .toList();
            if (!come.isEmpty()) {
                joins.put((String) key, come);
            }
        });
        joins.forEach(this::join);
        leaves.forEach(this::leave);
    }

    private void apply(Map<?, ?> diff) {
        ((Map<?, ?>) at(diff, "joins")).forEach((key, presence) -> join((String) key, metas(presence)));
        ((Map<?, ?>) at(diff, "leaves")).forEach((key, presence) -> leave((String) key, metas(presence)));
    }

    private void join(String key, List<Map<?, ?>> metas) {
        List<String> come = refs(metas);
        List<Map<?, ?>> all = new ArrayList<>(list.getOrDefault(key, List.of()));
        all.removeIf(meta -> come.contains(ref(meta)));
        all.addAll(metas);
        list.put(key, all);
    }

    private void leave(String key, List<Map<?, ?>> metas) {
        List<Map<?, ?>> had = list.get(key);
        if (had != null) {
            List<String> gone = refs(metas);
            List<Map<?, ?>> left =
                    had.stream().filter(meta -> !gone.contains(ref(meta))).toList();
            if (left.isEmpty()) {
                list.remove(key);
            } else {
                list.put(key, left);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<?, ?>> metas(Object presence) {
        return (List<Map<?, ?>>) at((Map<?, ?>) presence, "metas");
    }

    /** What is there. */
    static Object at(Map<?, ?> map, String field) {
        return Objects.requireNonNull(map.get(field), field);
    }

    private static List<String> refs(List<Map<?, ?>> metas) {
        return metas.stream().map(RoomClient::ref).toList();
    }

    private static String ref(Map<?, ?> meta) {
        return (String) at(meta, "phx_ref");
    }

    void leaves() {
        subscription.cancel();
    }

    /** Behind all that its event loop has been given. */
    CompletableFuture<Map<String, Set<String>>> listOnItsLoop() {
        return CompletableFuture.supplyAsync(this::list, loop);
    }

    /** Each key with its refs. */
    Map<String, Set<String>> list() {
        Map<String, Set<String>> refs = new TreeMap<>();
        list.forEach((key, metas) -> refs.put(key, new TreeSet<>(refs(metas))));
        return refs;
    }

    /** The same, as a presence has it. */
    static Map<String, Set<String>> list(Presence presence, String topic) {
        Map<String, Set<String>> refs = new TreeMap<>();
        presence.list(topic)
                .forEach((key, metas) -> refs.put(
                        key, new TreeSet<>(metas.stream().map(Meta::ref).toList())));
        return refs;
    }

    /** What a member of the only meta of a key is. */
    @SuppressWarnings("unchecked")
    Object seen(String key, String field) {
        return at(((List<Map<?, ?>>) at(list, key)).get(0), field);
    }

    @Override
    public String toString() {
        return "client of " + topic + ": " + events;
    }
}
