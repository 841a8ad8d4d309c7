package dev.simurgh.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The binary frames of vsn 2: a kind, the lengths of the text fields in one byte each, the fields, and the rest is data.
 *
 * <pre>
 * push from a client   0 | join_ref ref topic event  | data
 * push to a client     0 | join_ref topic event      | data
 * reply                1 | join_ref ref topic status | data
 * broadcast            2 | topic event               | data
 * </pre>
 *
 * <p>There is no null here. What comes in with length zero is the empty string, which is no joined channel's join ref; what goes out
 * without a ref has length zero. A lone surrogate, which has no UTF-8 form, goes out as a question mark.
 */
final class BinaryFrames {
    private static final int PUSH = 0;
    private static final int REPLY = 1;
    private static final int BROADCAST = 2;
    private static final int LONGEST_FIELD = 255;
    private static final int HEADER = 5;

    private BinaryFrames() {}

    static Frame push(Ref joinRef, String topic, String event, Payload.Binary data) {
        return frame(PUSH, data, field("join_ref", joinRef), field("topic", topic), field("event", event));
    }

    static Frame reply(Ref joinRef, Ref ref, String topic, String status, Payload.Binary data) {
        return frame(
                REPLY,
                data,
                field("join_ref", joinRef),
                field("ref", ref),
                field("topic", topic),
                field("status", status));
    }

    static Frame broadcast(String topic, String event, Payload.Binary data) {
        return frame(BROADCAST, data, field("topic", topic), field("event", event));
    }

    private static byte[] field(String name, Ref ref) {
        return field(name, ref.isNone() ? "" : ref.text());
    }

    private static byte[] field(String name, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > LONGEST_FIELD) {
            throw new IllegalArgumentException(name + ": " + utf8.length + " bytes (expected: at most " + LONGEST_FIELD
                    + " in a binary frame, which has one byte for the length)");
        }
        return utf8;
    }

    private static Frame frame(int kind, Payload.Binary data, byte[]... fields) {
        int length = 1 + fields.length + data.length();
        for (byte[] field : fields) {
            length += field.length;
        }
        byte[] out = new byte[length];
        out[0] = (byte) kind;
        int pos = 1 + fields.length;
        for (int i = 0; i < fields.length; i++) {
            out[1 + i] = (byte) fields[i].length;
            System.arraycopy(fields[i], 0, out, pos, fields[i].length);
            pos += fields[i].length;
        }
        System.arraycopy(data.array(), data.offset(), out, pos, data.length());
        return Frame.binary(out);
    }

    /** Decodes a push from a client, the only binary frame that a client may send. */
    static Message decode(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        checkHeader(bytes, offset, length);
        int end = offset + length;
        int joinRef = offset + HEADER;
        int ref = joinRef + (bytes[offset + 1] & 0xFF);
        int topic = ref + (bytes[offset + 2] & 0xFF);
        int event = topic + (bytes[offset + 3] & 0xFF);
        int data = event + (bytes[offset + 4] & 0xFF);
        Envelope envelope = new Envelope();
        try {
            envelope.joinRef = Ref.of(text("join_ref", bytes, joinRef, ref, end));
            envelope.ref = Ref.of(text("ref", bytes, ref, topic, end));
            envelope.topic = text("topic", bytes, topic, event, end);
            envelope.topicText = true;
            envelope.event = text("event", bytes, event, data, end);
            envelope.eventText = true;
            envelope.payload = Payload.binary(bytes, data, end - data);
            return envelope.message();
        } catch (MalformedMessageException e) {
            throw envelope.malformed(e, false);
        }
    }

    private static void checkHeader(byte[] bytes, int offset, int length) {
        if (length == 0) {
            throw new MalformedMessageException("binary frame: empty (expected: kind 0, a push)");
        }
        if (bytes[offset] != PUSH) {
            throw new MalformedMessageException(
                    "binary frame: kind " + (bytes[offset] & 0xFF) + " (expected: 0, a push)");
        }
        if (length < HEADER) {
            throw new MalformedMessageException("binary header: " + length + " bytes (expected: " + HEADER + ")");
        }
    }

    private static String text(String name, byte[] bytes, int from, int to, int end) {
        if (to > end) {
            throw new MalformedMessageException(name + ": " + Math.max(0, end - from) + " bytes left (expected: "
                    + (to - from) + ", by the header)");
        }
        if (!Utf8.isValid(bytes, from, to - from)) {
            throw new MalformedMessageException(name + ": not UTF-8");
        }
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
