package dev.simurgh.testkit;

import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.testkit.Inbox.Item;
import dev.simurgh.testkit.Inbox.Kind;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The client's end of vsn 2: what the kit sends is what phoenix.js would send, and what it shows is what came over the wire. */
final class Wire {
    /**
     * A frame as a client reads it: which join of which topic it is for, and what it says.
     *
     * @param position of what comes from a kept topic; none otherwise
     */
    record Arrived(Ref joinRef, String topic, Item item, Ref position) {
        /** Whether it tells the position of the one before, and nothing else. */
        boolean isPosition() {
            return item.isPush(Protocol.POSITION) && !position.isNone();
        }
    }

    private static final int PUSH = 0;
    private static final int REPLY = 1;
    private static final int LONGEST_FIELD = 255;

    private Wire() {}

    static Frame push(Ref joinRef, Ref ref, String topic, String event, Payload encoded) {
        if (!(encoded instanceof Payload.Binary data)) {
            return Serializers.V2.encodeMessage(joinRef, ref, topic, event, encoded);
        }
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        head.write(PUSH);
        field("join_ref", joinRef.text(), head, fields);
        field("ref", ref.text(), head, fields);
        field("topic", topic, head, fields);
        field("event", event, head, fields);
        head.writeBytes(fields.toByteArray());
        head.write(data.array(), data.offset(), data.length());
        return Frame.binary(head.toByteArray());
    }

    /** The query that a client sends: its version, a list as {@code a[]=1&a[]=2}, a map as {@code c[k]=v}. */
    static String query(Map<?, ?> params) {
        StringJoiner query = new StringJoiner("&").add("vsn=" + Serializers.V2.version());
        params.forEach((name, value) -> pairs(text(name), value, query));
        return query.toString();
    }

    private static void pairs(String name, Object value, StringJoiner query) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, member) -> pairs(name + "[" + text(key) + "]", member, query));
        } else if (value instanceof List<?> list) {
            list.forEach(element -> pairs(name + "[]", element, query));
        } else {
            query.add(URLEncoder.encode(name, StandardCharsets.UTF_8) + "="
                    + URLEncoder.encode(text(value), StandardCharsets.UTF_8));
        }
    }

    private static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("parameter: " + value + " (expected: a text, a list or a map)");
    }

    /** No client can send a longer one: phoenix.js throws, too. */
    private static void field(String name, String text, ByteArrayOutputStream head, ByteArrayOutputStream fields) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > LONGEST_FIELD) {
            throw new IllegalArgumentException(name + ": " + utf8.length + " bytes (expected: at most " + LONGEST_FIELD
                    + " in a binary frame, which has one byte for the length)");
        }
        head.write(utf8.length);
        fields.writeBytes(utf8);
    }

    static Arrived read(Frame frame) {
        return frame.binary() ? readBinary(frame.bytes()) : readText(frame.bytes());
    }

    private static Arrived readText(byte[] bytes) {
        Message message = Serializers.V2.decodeText(bytes, 0, bytes.length);
        Payload payload = message.payload();
        Item item = switch (message.event()) {
            case Protocol.PHX_REPLY -> reply(message.ref(), Json.members(Json.text((Payload.Json) payload)));
            case Protocol.PHX_CLOSE, Protocol.PHX_ERROR -> new Item(Kind.ENDING, Ref.NONE, message.event(), payload);
            default -> new Item(Kind.PUSH, Ref.NONE, message.event(), payload);
        };
        return new Arrived(message.joinRef(), message.topic(), item, item.isPush() ? message.ref() : Ref.NONE);
    }

    private static Item reply(Ref ref, Map<String, String> parts) {
        Object status = Json.parse(parts.getOrDefault(Protocol.STATUS, "null"));
        return new Item(
                Kind.REPLY, ref, status.toString(), Payload.json(parts.getOrDefault(Protocol.RESPONSE, "null")));
    }

    /** A kind, the lengths of the text fields in one byte each, the fields, the data. */
    private static Arrived readBinary(byte[] bytes) {
        int kind = bytes[0];
        int count = kind == PUSH ? 3 : kind == REPLY ? 4 : 2;
        String[] fields = new String[count];
        int at = 1 + count;
        for (int i = 0; i < count; i++) {
            int length = bytes[1 + i] & 0xFF;
            fields[i] = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
        }
        Payload data = Payload.binary(bytes, at, bytes.length - at);
        return switch (kind) {
            case PUSH -> binary(Ref.of(fields[0]), fields[1], new Item(Kind.PUSH, Ref.NONE, fields[2], data));
            case REPLY ->
                binary(Ref.of(fields[0]), fields[2], new Item(Kind.REPLY, Ref.of(fields[1]), fields[3], data));
            default -> binary(Ref.NONE, fields[0], new Item(Kind.PUSH, Ref.NONE, fields[1], data));
        };
    }

    /** It has no room for a position. */
    private static Arrived binary(Ref joinRef, String topic, Item item) {
        return new Arrived(joinRef, topic, item, Ref.NONE);
    }
}
