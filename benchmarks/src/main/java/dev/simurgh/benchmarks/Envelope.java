package dev.simurgh.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The first four elements of a vsn 2 message, as places in the frame. Reads what a server sends that works; it does not check.
 *
 * <p>One object is used again for all messages of an event loop.
 */
final class Envelope {
    private static final byte[] STATUS_KEY = {'"', 's', 't', 'a', 't', 'u', 's', '"', ':'};

    private static final byte[] POSITION_KEY = Client.ascii("\"position\":");
    private static final byte[] RECOVERED_KEY = Client.ascii("\"recovered\":");

    private byte[] bytes = {};
    private final int[] starts = new int[4];
    private final int[] ends = new int[4];
    private int payload;
    private int end;

    /** Reads a text frame; returns false if it is not an array of that form. */
    boolean read(byte[] in, int from, int to) {
        bytes = in;
        end = to;
        int at = from;
        if (at >= to || in[at++] != '[') {
            return false;
        }
        for (int i = 0; i < 4; i++) {
            at = element(i, at);
            if (at < 0) {
                return false;
            }
        }
        payload = at;
        return true;
    }

    private int element(int i, int from) {
        int at = from;
        while (at < end && (bytes[at] == ' ' || bytes[at] == ',')) {
            at++;
        }
        boolean text = at < end && bytes[at] == '"';
        starts[i] = text ? ++at : at;
        while (at < end && bytes[at] != (text ? '"' : ',')) {
            at += text && bytes[at] == '\\' ? 2 : 1;
        }
        ends[i] = at;
        return at >= end ? -1 : text ? at + 1 : at;
    }

    /** The ref as a number; 0 if there is none. */
    long ref() {
        return number(bytes, starts[1], ends[1]);
    }

    /** The offset of a position that is the ref: the number behind its colon; -1 if there is none. */
    long offset() {
        for (int i = starts[1]; i < ends[1]; i++) {
            if (bytes[i] == ':') {
                return number(bytes, i + 1, ends[1]);
            }
        }
        return -1;
    }

    boolean isTopic(byte[] topic) {
        return is(2, topic);
    }

    boolean isEvent(byte[] event) {
        return is(3, event);
    }

    private boolean is(int i, byte[] text) {
        return Arrays.equals(bytes, starts[i], ends[i], text, 0, text.length);
    }

    /** Where the payload begins, or blanks before it. */
    int payload() {
        return payload;
    }

    /** Tells whether the payload is a reply with the status ok. */
    boolean isOk() {
        int at = Stamp.after(STATUS_KEY, bytes, payload, end);
        return at >= 0 && at + 4 <= end && bytes[at + 1] == 'o' && bytes[at + 2] == 'k' && bytes[at + 3] == '"';
    }

    /** The position of a reply to the join of a kept topic; empty if there is none. */
    String position() {
        int from = Stamp.after(POSITION_KEY, bytes, payload, end) + 1;
        int to = from;
        while (from > 0 && to < end && bytes[to] != '"') {
            to++;
        }
        return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    }

    /** Tells whether the reply to a join says that nothing was missed. */
    boolean isRecovered() {
        int at = Stamp.after(RECOVERED_KEY, bytes, payload, end);
        return at >= 0 && bytes[at] == 't';
    }

    /** Reads digits until there is something else. */
    static long number(byte[] in, int from, int to) {
        long value = 0;
        for (int i = from; i < to && in[i] >= '0' && in[i] <= '9'; i++) {
            value = value * 10 + (in[i] - '0');
        }
        return value;
    }
}
