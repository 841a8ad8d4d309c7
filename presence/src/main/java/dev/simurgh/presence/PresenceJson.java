package dev.simurgh.presence;

import dev.simurgh.presence.Pending.Change;
import dev.simurgh.protocol.JsonWriter;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What goes to clients, in the form in which Phoenix has it: {@code {key: {"metas": [meta, …]}}}, each meta with its {@code phx_ref}. What is fetched for a
 * key stands beside its metas.
 */
final class PresenceJson {
    static final String METAS = "metas";
    /** A diff of more than this is told as several, each of which a client can take by itself. */
    static final int MAX_DIFF_BYTES = 256 << 10;

    private static final Set<String> REFS = Set.of(Protocol.PHX_REF, Protocol.PHX_REF_PREV);
    private static final byte[] METAS_BEGIN = ascii(":{\"" + METAS + "\":[");
    private static final byte[] JOINS = ascii("{\"joins\":");
    private static final byte[] LEAVES = ascii(",\"leaves\":");
    private static final byte[] REF = ascii("\"" + Protocol.PHX_REF + "\":\"");
    private static final byte[] REF_PREV = ascii("\",\"" + Protocol.PHX_REF_PREV + "\":\"");
    private static final byte[] PHX = ascii("phx_ref");
    /** What a meta has around it, with its refs. */
    private static final int AROUND_META = 64;

    private PresenceJson() {}

    // What is kept.

    /** A meta as it is kept: an object without blanks around it, and without refs, which a client may have sent back with its meta. */
    static byte[] kept(Payload.Json meta) {
        Payload.Json bare = mayHaveRefs(meta) ? meta.without(REFS) : meta;
        Payload.Json compact = compact(bare);
        return Arrays.copyOfRange(compact.array(), compact.offset(), compact.offset() + compact.length());
    }

    /** Names may be written with escapes. */
    private static boolean mayHaveRefs(Payload.Json meta) {
        byte[] json = meta.array();
        int end = meta.offset() + meta.length();
        for (int i = meta.offset(); i < end; i++) {
            if (json[i] == '\\' || (json[i] == 'p' && isAt(i, json, end))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAt(int i, byte[] json, int end) {
        return end - i >= PHX.length && Arrays.equals(json, i, i + PHX.length, PHX, 0, PHX.length);
    }

    /** An object without the blanks around it, nor those of an empty one. */
    static Payload.Json compact(Payload.Json object) {
        byte[] json = object.array();
        int from = object.offset();
        int to = from + object.length();
        while (isBlank(json[from])) {
            from++;
        }
        while (isBlank(json[to - 1])) {
            to--;
        }
        int inside = from + 1;
        while (isBlank(json[inside])) {
            inside++;
        }
        return inside == to - 1 ? (Payload.Json) Payload.EMPTY : (Payload.Json) Payload.json(json, from, to - from);
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    // What is told.

    /** The payload of {@code presence_state}. */
    static Payload state(List<Entry> members, Map<String, Payload.Json> fetched) {
        if (members.isEmpty()) {
            return Payload.EMPTY;
        }
        int size = 2;
        for (Entry entry : members) {
            size += size(entry);
        }
        JsonWriter out = new JsonWriter(size).raw('{');
        for (int from = 0, to; from < members.size(); from = to) {
            String key = members.get(from).key;
            for (to = from + 1; to < members.size() && members.get(to).key.equals(key); ) {
                to++;
            }
            if (from > 0) {
                out.raw(',');
            }
            presence(out, key, members.subList(from, to), fetched);
        }
        return json(out.raw('}'));
    }

    /** The payloads of {@code presence_diff}: one, unless that would be too large. An update is in one, and nothing is in two. */
    static void diffs(List<Change> changes, Map<String, Payload.Json> fetched, Consumer<Payload> to) {
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < changes.size(); i++) {
            int more = size(changes.get(i), fetched);
            if (i > from && bytes + more > MAX_DIFF_BYTES) {
                to.accept(diff(changes.subList(from, i), fetched));
                from = i;
                bytes = 0;
            }
            bytes += more;
        }
        to.accept(diff(changes.subList(from, changes.size()), fetched));
    }

    private static int size(Change change, Map<String, Payload.Json> fetched) {
        Payload.Json beside = fetched.get(change.key());
        Entry before = change.before;
        Entry after = change.after();
        int sides = (before == null ? 0 : 1) + (after == null ? 0 : 1);
        return (before == null ? 0 : size(before))
                + (after == null ? 0 : size(after))
                + (beside == null ? 0 : sides * beside.length());
    }

    /** About as many bytes as it takes, with its key. */
    static int size(Entry entry) {
        return size(entry.key, entry.meta);
    }

    static int size(String key, byte[] meta) {
        return AROUND_META + key.length() + meta.length;
    }

    private static Payload diff(List<Change> changes, Map<String, Payload.Json> fetched) {
        Map<String, List<Entry>> joins = new LinkedHashMap<>();
        Map<String, List<Entry>> leaves = new LinkedHashMap<>();
        int size = AROUND_META;
        for (Change change : changes) {
            size += size(change, fetched);
            Entry after = change.after();
            if (after != null) {
                joins.computeIfAbsent(after.key, key -> new ArrayList<>(1)).add(after);
            }
            Entry before = change.before;
            if (before != null) {
                leaves.computeIfAbsent(before.key, key -> new ArrayList<>(1)).add(before);
            }
        }
        JsonWriter out = new JsonWriter(size).raw(JOINS);
        presences(out, joins, fetched);
        out.raw(LEAVES);
        presences(out, leaves, fetched);
        return json(out.raw('}'));
    }

    private static void presences(
            JsonWriter out, Map<String, List<Entry>> presences, Map<String, Payload.Json> fetched) {
        out.raw('{');
        int start = out.length();
        presences.forEach((key, entries) -> {
            if (out.length() > start) {
                out.raw(',');
            }
            presence(out, key, entries, fetched);
        });
        out.raw('}');
    }

    private static void presence(JsonWriter out, String key, List<Entry> entries, Map<String, Payload.Json> fetched) {
        out.string(key).raw(METAS_BEGIN);
        for (int i = 0; i < entries.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            meta(out, entries.get(i));
        }
        out.raw(']');
        Payload.Json beside = fetched.get(key);
        if (beside != null && beside.length() > 2) {
            out.raw(',').raw(beside.array(), beside.offset() + 1, beside.length() - 2);
        }
        out.raw('}');
    }

    /** The meta with its refs. */
    static void meta(JsonWriter out, Entry entry) {
        out.raw(entry.meta, 0, entry.meta.length - 1);
        if (entry.meta.length > 2) {
            out.raw(',');
        }
        out.raw(REF);
        entry.origin.ref(out, entry.version);
        if (entry.previous != 0) {
            out.raw(REF_PREV);
            entry.origin.ref(out, entry.previous);
        }
        out.raw('"').raw('}');
    }

    private static Payload json(JsonWriter out) {
        byte[] json = out.toBytes();
        return Payload.json(json, 0, json.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
