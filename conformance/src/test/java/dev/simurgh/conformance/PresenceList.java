package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who is there: each key with its metas, of which a test tells the device, and the mood if it has one; in no order. */
record PresenceList(SortedMap<String, List<String>> metas) {
    static final PresenceList NOBODY = new PresenceList(new TreeMap<>());

    /** What a client shows, which is an array of keys with arrays of metas. */
    static PresenceList in(JsonNode shown) {
        PresenceList list = NOBODY;
        for (JsonNode each : shown) {
            list = list.with(each.path(0).asText(), metas(each.path(1)));
        }
        return list;
    }

    /** What a server says in {@code presence_state}. */
    static PresenceList of(JsonNode state) {
        PresenceList list = NOBODY;
        for (var each : state.properties()) {
            list = list.with(each.getKey(), metas(each.getValue().path("metas")));
        }
        return list;
    }

    private static String[] metas(JsonNode metas) {
        List<String> all = new ArrayList<>();
        for (JsonNode meta : metas) {
            String mood = meta.path("mood").asText();
            all.add(meta.path("device").asText("") + (mood.isEmpty() ? "" : "/" + mood));
        }
        return all.toArray(String[]::new);
    }

    PresenceList with(String key, String... metas) {
        SortedMap<String, List<String>> more = new TreeMap<>(this.metas);
        more.put(key, List.of(metas).stream().sorted().toList());
        return new PresenceList(more);
    }

    @Override
    public String toString() {
        return metas.toString();
    }
}
