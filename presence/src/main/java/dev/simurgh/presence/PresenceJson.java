package dev.simurgh.presence;

import dev.simurgh.protocol.JsonWriter;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What goes to clients, in the form in which Phoenix has it: {@code {key: {"metas": [meta, …]}}}, each meta with its {@code phx_ref}. */
final class PresenceJson {
    private static final byte[] METAS = ascii(":{\"metas\":[");
    private static final byte[] JOINS = ascii("{\"joins\":");
    private static final byte[] LEAVES = ascii(",\"leaves\":");

    private PresenceJson() {}

    /** The payload of {@code presence_state}. */
    static Payload state(@Nullable Room room) {
        if (room == null) {
            return Payload.EMPTY;
        }
        JsonWriter out = new JsonWriter(64 + room.entryCount() * 96).raw('{');
        int start = out.length();
        room.each((key, entries) -> {
            if (out.length() > start) {
                out.raw(',');
            }
            presence(out, key, entries);
        });
        return json(out.raw('}'));
    }

    /** The payload of {@code presence_diff}. */
    static Payload diff(List<DiffFeed.Change> changes) {
        Map<String, List<Entry>> joins = new LinkedHashMap<>();
        Map<String, List<Entry>> leaves = new LinkedHashMap<>();
        for (DiffFeed.Change change : changes) {
            add(joins, change.after);
            add(leaves, change.before);
        }
        JsonWriter out = new JsonWriter(64 + changes.size() * 128).raw(JOINS);
        presences(out, joins);
        out.raw(LEAVES);
        presences(out, leaves);
        return json(out.raw('}'));
    }

    private static void add(Map<String, List<Entry>> to, @Nullable Entry entry) {
        if (entry != null) {
            to.computeIfAbsent(entry.key, key -> new ArrayList<>(1)).add(entry);
        }
    }

    private static void presences(JsonWriter out, Map<String, List<Entry>> presences) {
        out.raw('{');
        int start = out.length();
        presences.forEach((key, entries) -> {
            if (out.length() > start) {
                out.raw(',');
            }
            presence(out, key, entries);
        });
        out.raw('}');
    }

    private static void presence(JsonWriter out, String key, List<Entry> entries) {
        out.string(key).raw(METAS);
        for (int i = 0; i < entries.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            meta(out, entries.get(i));
        }
        out.raw(']').raw('}');
    }

    static void meta(JsonWriter out, Entry entry) {
        out.raw(meta(entry));
    }

    /** The meta with its refs. */
    static Payload.Json meta(Entry entry) {
        Payload.Json meta = (Payload.Json) Payload.json(entry.meta, 0, entry.meta.length);
        Payload.Json with = meta.with(Protocol.PHX_REF, text(entry.ref()));
        return entry.previousRef()
                .map(ref -> with.with(Protocol.PHX_REF_PREV, text(ref)))
                .orElse(with);
    }

    private static Payload.Json text(String ref) {
        byte[] json = new JsonWriter(ref.length() + 2).string(ref).toBytes();
        return (Payload.Json) Payload.json(json, 0, json.length);
    }

    private static Payload json(JsonWriter out) {
        byte[] json = out.toBytes();
        return Payload.json(json, 0, json.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
