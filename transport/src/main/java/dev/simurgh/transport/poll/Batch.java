package dev.simurgh.transport.poll;

import dev.simurgh.channel.spi.Connection;
import dev.simurgh.protocol.Utf8;
import java.util.Arrays;
import java.util.Base64;

/**
 * The messages in the body of a post, which are handed on one by one, in order. A body is one message, or has one in each line,
 * if its client says so: JSON, or a binary message in base64. Lines without anything do not count.
 */
final class Batch {
    /** phoenix.js sends no more at once. */
    static final int MAX_MESSAGES = 100;

    private static final byte[] NOTHING = {};

    private final byte[] body;
    private final boolean lines;
    /** The next message; none if it starts at the end. */
    private int start;

    private int end;

    Batch(byte[] body, boolean lines) {
        this.body = body;
        this.lines = lines;
        find(0);
    }

    /** Whether the content type is that of messages in lines, whatever its parameters. */
    static boolean isLines(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return type.strip().equalsIgnoreCase("application/x-ndjson");
    }

    /** Whether it can be looked into at all: it has messages, not too many, and is UTF-8. */
    boolean isWellFormed() {
        int messages = 0;
        for (find(0); hasNext(); find(end)) {
            messages++;
        }
        find(0);
        return messages > 0 && messages <= MAX_MESSAGES && Utf8.isValid(body, 0, body.length);
    }

    /** All of it. */
    byte[] body() {
        return body;
    }

    boolean inLines() {
        return lines;
    }

    boolean hasNext() {
        return start < body.length;
    }

    /**
     * Hands on the next message.
     *
     * @return whether it was one
     */
    boolean handOn(Connection connection) {
        int from = start;
        int to = lines && body[end - 1] == '\r' ? end - 1 : end;
        find(end);
        if (!lines || body[from] == '[' || body[from] == '{') {
            boolean whole = from == 0 && to == body.length;
            // an array of its own: what is kept of a message must not keep all others
            byte[] text = whole ? body : Arrays.copyOfRange(body, from, to);
            return connection.textReceived(text, 0, text.length);
        }
        byte[] binary = decode(Arrays.copyOfRange(body, from, to));
        return binary.length > 0 ? connection.binaryReceived(binary, 0, binary.length) : handOnNothing(connection);
    }

    /** Hands on what is no message, and is counted as such; false. */
    static boolean handOnNothing(Connection connection) {
        return connection.textReceived(NOTHING, 0, 0);
    }

    /** Empty if it is not in base64, with its padding. */
    private static byte[] decode(byte[] base64) {
        try {
            return base64.length % 4 == 0 ? Base64.getDecoder().decode(base64) : NOTHING;
        } catch (IllegalArgumentException e) {
            return NOTHING;
        }
    }

    /** Finds the first message that starts there or behind. */
    private void find(int from) {
        start = from;
        while (lines && start < body.length && isBlankLine(start)) {
            start = lineEnd(start) + 1;
        }
        start = Math.min(start, body.length);
        end = lines ? lineEnd(start) : body.length;
    }

    private int lineEnd(int from) {
        int at = from;
        while (at < body.length && body[at] != '\n') {
            at++;
        }
        return at;
    }

    private boolean isBlankLine(int from) {
        int at = from;
        while (at < body.length && body[at] != '\n' && body[at] >= 0 && body[at] <= ' ') {
            at++;
        }
        return at == body.length || body[at] == '\n';
    }
}
