package dev.simurgh.cluster.jgroups;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What nodes send each other: a header of 5 bytes, then messages, or a piece of one, or how much has come the other way.
 *
 * <p>The header is a kind and the generation of the link. Two nodes need not notice together that they had lost each other, so what one
 * sends on a new link could come to the other on the old one, and the other way round. Therefore a node that loses another one raises
 * the generation, and a higher one that comes in from a node ends the link to it and begins the next.
 */
final class Packet {
    static final int HEADER = 5;
    /** With what JGroups adds, below the 64,000 bytes that it sends at a time. */
    static final int MAX_BYTES = 59_000;

    /** What a packet counts beside its bytes, so that many small ones are fewer than JGroups has room for. */
    static final int WEIGHT = 4 << 10;

    private static final byte MESSAGES = 0;
    private static final byte ACK = 1;
    private static final byte PIECE = 2;
    private static final byte LAST_PIECE = 3;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Packet() {}

    /** The first packet of a link, without messages. */
    static byte[] greeting(int generation) {
        byte[] packet = new byte[HEADER];
        writeHeader(packet, MESSAGES, generation);
        return packet;
    }

    /** A packet whose messages stand behind the place of the header already. */
    static void writeHeader(byte[] packet, int generation) {
        writeHeader(packet, MESSAGES, generation);
    }

    /** A piece of a message that is too big for a packet. */
    static byte[] piece(int generation, byte[] message, int offset) {
        int length = Math.min(MAX_BYTES - HEADER, message.length - offset);
        byte[] packet = new byte[HEADER + length];
        writeHeader(packet, offset + length < message.length ? PIECE : LAST_PIECE, generation);
        System.arraycopy(message, offset, packet, HEADER, length);
        return packet;
    }

    private static void writeHeader(byte[] packet, byte kind, int generation) {
        packet[0] = kind;
        INT.set(packet, 1, generation);
    }

    /** How much of a window a packet takes: what both nodes count. */
    static int weight(int length) {
        return WEIGHT + length;
    }

    /** Tells the other node what the packets that it has sent and that have come weigh in all. */
    static byte[] ack(int generation, long received) {
        byte[] packet = new byte[HEADER + Long.BYTES];
        writeHeader(packet, ACK, generation);
        LONG.set(packet, HEADER, received);
        return packet;
    }

    static boolean isValid(byte[] array, int offset, int length) {
        return length >= HEADER
                && array[offset] >= MESSAGES
                && array[offset] <= LAST_PIECE
                && (array[offset] != ACK || length == HEADER + Long.BYTES);
    }

    static int generation(byte[] array, int offset) {
        return (int) INT.get(array, offset + 1);
    }

    static boolean isAck(byte[] array, int offset) {
        return array[offset] == ACK;
    }

    static long acknowledged(byte[] array, int offset) {
        return (long) LONG.get(array, offset + HEADER);
    }

    static boolean isPiece(byte[] array, int offset) {
        return array[offset] >= PIECE;
    }

    static boolean isLastPiece(byte[] array, int offset) {
        return array[offset] == LAST_PIECE;
    }
}
