package dev.simurgh.protocol;

import java.util.Optional;
import java.util.Set;

/** Looks into JSON that is known to be well-formed, as far as the server itself has to: at the members of its outermost object. */
final class JsonMembers {
    private JsonMembers() {}

    static Optional<String> string(Payload.Json json) {
        JsonScanner in = scanner(json);
        String text = in.text();
        return in.wasText() ? Optional.of(text) : Optional.empty();
    }

    static Optional<Payload.Json> find(Payload.Json object, String name) {
        JsonScanner in = scanner(object);
        in.open('{');
        if (in.isEmpty()) {
            return Optional.empty();
        }
        Optional<Payload.Json> found = Optional.empty();
        do {
            boolean wanted = in.key().equals(name);
            Payload value = in.payload();
            if (wanted) {
                found = Optional.of((Payload.Json) value);
            }
        } while (in.another());
        return found;
    }

    /** The first member of this name, if it ends within so many bytes of the object; what is behind is not looked at. */
    static Optional<Payload.Json> first(Payload.Json object, String name, int within) {
        int length = Math.min(object.length(), within);
        JsonScanner in = new JsonScanner(object.array(), object.offset(), length, length);
        try {
            in.open('{');
            if (in.isEmpty()) {
                return Optional.empty();
            }
            do {
                boolean wanted = in.key().equals(name);
                Payload value = in.payload();
                if (wanted) {
                    return Optional.of((Payload.Json) value);
                }
            } while (in.another());
        } catch (MalformedMessageException e) {
            return Optional.empty(); // cut off
        }
        return Optional.empty();
    }

    static Payload.Json with(Payload.Json object, String name, Payload.Json value) {
        JsonScanner in = scanner(object);
        in.open('{');
        boolean empty = in.isEmpty();
        int end = object.offset() + object.length();
        while (object.array()[end - 1] != '}') {
            end--; // blanks
        }
        Payload.Json opened = (Payload.Json) Payload.json(object.array(), object.offset(), end - 1 - object.offset());
        JsonWriter out = new JsonWriter(opened.length() + name.length() + value.length() + 5).raw(opened);
        if (!empty) {
            out.raw(',');
        }
        return Payload.Json.trusted(
                out.string(name).raw(':').raw(value).raw('}').toBytes());
    }

    static Payload.Json without(Payload.Json object, Set<String> names) {
        JsonScanner in = scanner(object);
        in.open('{');
        if (in.isEmpty()) {
            return object;
        }
        JsonWriter out = new JsonWriter(object.length()).raw('{');
        boolean found = false;
        do {
            String name = in.key();
            Payload.Json value = (Payload.Json) in.payload();
            if (names.contains(name)) {
                found = true;
            } else {
                if (out.length() > 1) {
                    out.raw(',');
                }
                out.string(name).raw(':').raw(value);
            }
        } while (in.another());
        return found ? Payload.Json.trusted(out.raw('}').toBytes()) : object;
    }

    /** However deep: that was looked at when it came in. */
    private static JsonScanner scanner(Payload.Json json) {
        return new JsonScanner(json.array(), json.offset(), json.length(), Math.max(1, json.length()));
    }
}
