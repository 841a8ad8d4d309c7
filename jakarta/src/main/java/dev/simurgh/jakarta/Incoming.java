package dev.simurgh.jakarta;

import dev.simurgh.protocol.CloseCode;
import dev.simurgh.transport.carry.WebSocketTerms;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Puts a client's messages together as the container hands them out, piece by piece, and hands them over to the event loop. On the container's threads, of
 * which one at a time is here.
 *
 * <p>By pieces, because a container keeps room for the longest message that it may hand out whole, for each connection.
 */
final class Incoming {
    private static final byte[] NOTHING = {};
    /** What a piece has at the least, on average, for a client whose messages come in many; a container makes some of its own, and these are longer. */
    private static final int SMALL_PIECE = 64;

    private final ContainerConnection connection;
    private final WebSocketTerms terms;
    private byte[] bytes = NOTHING;
    private int length;
    private int pieces;
    private boolean over;

    Incoming(ContainerConnection connection, WebSocketTerms terms) {
        this.connection = connection;
        this.terms = terms;
    }

    void text(String piece, boolean last) {
        piece(false, piece.getBytes(StandardCharsets.UTF_8), last);
    }

    void binary(ByteBuffer piece, boolean last) {
        byte[] copy = new byte[piece.remaining()];
        piece.get(copy);
        piece(true, copy, last);
    }

    void pong(ByteBuffer data) {
        byte[] content = new byte[data.remaining()];
        data.get(content);
        if (!over) {
            arrived(content.length, () -> connection.pongReceived(content));
        }
    }

    /** The connection has ended: nothing more comes. */
    void gone(int code, String reason) {
        over = true;
        bytes = NOTHING;
        connection.loop().tryExecute(() -> connection.gone(code, reason));
    }

    private void piece(boolean binary, byte[] piece, boolean last) {
        if (over) {
            return;
        }
        pieces++;
        if (length + piece.length > terms.maxMessageBytes()) {
            violated(CloseCode.TOO_BIG, "message over " + terms.maxMessageBytes() + " bytes");
        } else if (pieces > terms.maxFragments() && length < pieces * (long) SMALL_PIECE) {
            violated(CloseCode.POLICY_VIOLATION, "message in more than " + terms.maxFragments() + " frames");
        } else if (last && length == 0) {
            whole(binary, piece);
        } else {
            append(piece);
            if (last) {
                whole(binary, bytes.length == length ? bytes : Arrays.copyOf(bytes, length));
            }
        }
    }

    private void append(byte[] piece) {
        int needed = length + piece.length;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(Math.max(needed, 2 * bytes.length), terms.maxMessageBytes()));
        }
        System.arraycopy(piece, 0, bytes, length, piece.length);
        length = needed;
    }

    private void whole(boolean binary, byte[] message) {
        forget();
        arrived(message.length, () -> connection.messageReceived(binary, message));
    }

    /** Hands something over, if there is room for it. */
    private void arrived(int length, Runnable taking) {
        if (!connection.intake().arrived(length)) {
            over = true;
            connection.loop().tryExecute(connection::overflowed);
        } else if (!connection.loop().tryExecute(taking)) {
            over = true;
        }
    }

    private void violated(int code, String reason) {
        over = true;
        forget();
        connection.loop().tryExecute(() -> connection.violated(code, reason));
    }

    private void forget() {
        bytes = NOTHING;
        length = 0;
        pieces = 0;
    }
}
