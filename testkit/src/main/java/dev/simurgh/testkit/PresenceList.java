package dev.simurgh.testkit;

import dev.simurgh.protocol.JsonWriter;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.testkit.Inbox.Item;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who is on a topic, as {@code Presence} of phoenix.js makes it of what a client is pushed: diffs wait for the first state, joins come before
 * leaves, a meta is known by its ref alone, and a state at any later time is taken as the diff to it.
 */
final class PresenceList {
    private static final String METAS = "metas";
    private static final Set<String> REFS = Set.of(Protocol.PHX_REF, Protocol.PHX_REF_PREV);

    /** What stands under one key: metas by their refs, and what else there is, each as JSON. */
    private record Present(Map<String, String> metas, Map<String, String> others) {
        static Present of(String json) {
            Map<String, String> others = Json.members(json);
            Map<String, String> metas = new LinkedHashMap<>();
            String listed = others.remove(METAS);
            for (String meta : listed == null ? List.<String>of() : Json.elements(listed)) {
                metas.put(Json.members(meta).getOrDefault(Protocol.PHX_REF, ""), meta);
            }
            return new Present(metas, others);
        }

        /** Without the metas of some refs. */
        Present without(Collection<String> refs) {
            Map<String, String> left = new LinkedHashMap<>(metas);
            left.keySet().removeAll(refs);
            return new Present(left, others);
        }

        Payload payload() {
            JsonWriter out = new JsonWriter(64).raw('{').string(METAS);
            out.raw(utf8(":[" + String.join(",", metas.values()) + "]"));
            others.forEach((name, value) -> out.raw(',').string(name).raw(utf8(":" + value)));
            byte[] json = out.raw('}').toBytes();
            return Payload.json(json, 0, json.length);
        }

        private static byte[] utf8(String json) {
            return json.getBytes(StandardCharsets.UTF_8);
        }
    }

    private record Diff(Map<String, Present> joins, Map<String, Present> leaves) {}

    private final List<Item> unread = new ArrayList<>(); // most tests never look, and large rooms tell much
    private final List<Diff> early = new ArrayList<>();
    private @Nullable Map<String, Present> present; // from the first state on

    static boolean isOf(Item item) {
        return item.isPush(Protocol.PRESENCE_STATE) || item.isPush(Protocol.PRESENCE_DIFF);
    }

    synchronized void arrived(Item item) {
        if (isOf(item) && item.payload() instanceof Payload.Json) {
            unread.add(item);
        }
    }

    private void read() {
        unread.forEach(item -> read(item, (Payload.Json) item.payload()));
        unread.clear();
    }

    private void read(Item item, Payload.Json payload) {
        Map<String, String> members = Json.members(Json.text(payload));
        if (item.name().equals(Protocol.PRESENCE_STATE)) {
            state(presents(members));
        } else {
            diff(new Diff(
                    presents(Json.members(members.getOrDefault("joins", "{}"))),
                    presents(Json.members(members.getOrDefault("leaves", "{}")))));
        }
    }

    private static Map<String, Present> presents(Map<String, String> members) {
        Map<String, Present> presents = new LinkedHashMap<>();
        members.forEach((key, json) -> presents.put(key, Present.of(json)));
        return presents;
    }

    /** syncState. */
    private void state(Map<String, Present> told) {
        Map<String, Present> now = present == null ? new LinkedHashMap<>() : present;
        Map<String, Present> joins = new LinkedHashMap<>();
        Map<String, Present> leaves = new LinkedHashMap<>();
        now.forEach((key, had) -> {
            Present has = told.get(key);
            leaves.put(key, has == null ? had : had.without(has.metas.keySet()));
        });
        told.forEach((key, has) -> {
            Present had = now.get(key);
            Present fresh = had == null ? has : has.without(had.metas.keySet());
            if (had == null || !fresh.metas.isEmpty()) { // else what was fetched stays as it was, too
                joins.put(key, fresh);
            }
        });
        present = now;
        diff(new Diff(joins, leaves));
        early.forEach(this::diff);
        early.clear();
    }

    /** syncDiff. */
    private void diff(Diff diff) {
        Map<String, Present> now = present;
        if (now == null) {
            early.add(diff);
            return;
        }
        diff.joins.forEach((key, joined) -> {
            Present had = now.get(key);
            Map<String, String> metas = new LinkedHashMap<>(had == null ? Map.of() : had.metas);
            metas.putAll(joined.metas);
            now.put(key, new Present(metas, joined.others));
        });
        diff.leaves.forEach((key, left) -> {
            Present there = now.get(key);
            if (there != null) {
                Present stays = there.without(left.metas.keySet());
                if (stays.metas.isEmpty()) {
                    now.remove(key);
                } else {
                    now.put(key, stays);
                }
            }
        });
    }

    /** Whether there is a list at all: without {@code presence_state} it is not known who is not there. */
    synchronized boolean isKnown() {
        read();
        return present != null;
    }

    /** Each key with what stands under it, refs and all. */
    synchronized Map<String, Payload> all() {
        read();
        Map<String, Payload> all = new LinkedHashMap<>();
        if (present != null) {
            present.forEach((key, there) -> all.put(key, there.payload()));
        }
        return all;
    }

    /** Whether a key has exactly these metas, in any order, or, if none are given, any. Refs do not count. */
    synchronized boolean has(String key, List<Payload> wanted) {
        List<Payload> had = metas(key);
        List<Payload> left = new ArrayList<>(had);
        wanted.forEach(meta -> remove(left, meta));
        return !had.isEmpty() && (wanted.isEmpty() || (left.isEmpty() && had.size() == wanted.size()));
    }

    /** Whether a key has one of these metas, or, if none are given, any. */
    synchronized boolean hasAny(String key, List<Payload> unwanted) {
        List<Payload> had = metas(key);
        return unwanted.isEmpty() ? !had.isEmpty() : unwanted.stream().anyMatch(meta -> remove(had, meta));
    }

    private static boolean remove(List<Payload> metas, Payload like) {
        for (int i = 0; i < metas.size(); i++) {
            if (Json.same(metas.get(i), like)) {
                metas.remove(i);
                return true;
            }
        }
        return false;
    }

    private List<Payload> metas(String key) {
        read();
        Present there = present == null ? null : present.get(key);
        return there == null
                ? new ArrayList<>()
                : there.metas.values().stream()
                        .map(meta -> Json.without((Payload.Json) Payload.json(meta), REFS))
                        .collect(Collectors.toCollection(ArrayList::new));
    }

    /** One key below the other, for a failure. */
    synchronized String lines(String nextLine) {
        read();
        if (present == null) {
            return "no " + Protocol.PRESENCE_STATE
                    + (early.isEmpty() ? "" : ", for which " + early.size() + " diffs wait")
                    + " (expected: presence.joinState or presence.pushState in the channel)";
        }
        return present.isEmpty()
                ? "nobody"
                : present.entrySet().stream()
                        .map(there -> there.getKey() + " "
                                + String.join(", ", there.getValue().metas.values()))
                        .collect(Collectors.joining(nextLine));
    }
}
