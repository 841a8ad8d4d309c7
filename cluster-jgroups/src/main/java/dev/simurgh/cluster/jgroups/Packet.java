package dev.simurgh.cluster.jgroups;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What nodes send each other: a header of 13 bytes, then messages, or a piece of one, or how much has come the other way.
 *
 * <p>The header is a kind, the generation of the link, and two times in milliseconds that only their differences mean something of: when
 * it was sent, by the clock of the sender, and until when it is to be taken, by the clock of the other node.
 *
 * <p>As to the generation, two nodes need not notice together that they had lost each other, so what one
 * sends on a new link could come to the other on the old one, and the other way round. Therefore a node that loses another one raises
 * the generation, and a higher one that comes in from a node ends the link to it and begins the next.
 */
final class Packet {
    static final int HEADER = 13;
    /** With what JGroups adds, below the 64,000 bytes that it sends at a time. */
    static final int MAX_BYTES = 59_000;

    /** What a packet counts beside its bytes, so that many small ones are fewer than JGroups has room for. */
    static final int WEIGHT = 4 << 10;

    private static final byte MESSAGES = 0;
    private static final byte ACK = 1;
    private static final byte PIECE = 2;
    private static final byte LAST_PIECE = 3;
    private static final byte GREETING = 4;
    private static final int ACK_BYTES = HEADER + Long.BYTES + Integer.BYTES;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Packet() {}

    /** Asks for an acknowledgement at once; the first packet of a link. */
    static byte[] greeting(int generation, int sent) {
        byte[] packet = new byte[HEADER];
        writeHeader(packet, GREETING, generation, sent, 0);
        return packet;
    }

    /** Says of a packet that has all but its times which they are. */
    static void writeTimes(byte[] packet, int sent, int until) {
        INT.set(packet, 5, sent);
        INT.set(packet, 9, until);
    }

    /** A packet whose messages stand behind the place of the header already; without times. */
    static void writeHeader(byte[] packet, int generation) {
        writeHeader(packet, MESSAGES, generation, 0, 0);
    }

    /** A piece of a message that is too big for a packet; without times. */
    static byte[] piece(int generation, byte[] message, int offset) {
        int length = Math.min(MAX_BYTES - HEADER, message.length - offset);
        byte[] packet = new byte[HEADER + length];
        writeHeader(packet, offset + length < message.length ? PIECE : LAST_PIECE, generation, 0, 0);
        System.arraycopy(message, offset, packet, HEADER, length);
        return packet;
    }

    private static void writeHeader(byte[] packet, byte kind, int generation, int sent, int until) {
        packet[0] = kind;
        INT.set(packet, 1, generation);
        writeTimes(packet, sent, until);
    }

    /** How much of a window a packet takes: what both nodes count. */
    static int weight(int length) {
        return WEIGHT + length;
    }

    /** Tells the other node what the packets that it has sent and that have come weigh in all, and when it sent the last of them. */
    static byte[] ack(int generation, int sent, long received, int echo) {
        byte[] packet = new byte[ACK_BYTES];
        writeHeader(packet, ACK, generation, sent, 0);
        LONG.set(packet, HEADER, received);
        INT.set(packet, HEADER + Long.BYTES, echo);
        return packet;
    }

    static boolean isValid(byte[] array, int offset, int length) {
        return length >= HEADER
                && array[offset] >= MESSAGES
                && array[offset] <= GREETING
                && (array[offset] != ACK || length == ACK_BYTES);
    }

    static int generation(byte[] array, int offset) {
        return (int) INT.get(array, offset + 1);
    }

    static int sent(byte[] array, int offset) {
        return (int) INT.get(array, offset + 5);
    }

    static int until(byte[] array, int offset) {
        return (int) INT.get(array, offset + 9);
    }

    static boolean isGreeting(byte[] array, int offset) {
        return array[offset] == GREETING;
    }

    static boolean isAck(byte[] array, int offset) {
        return array[offset] == ACK;
    }

    static long acknowledged(byte[] array, int offset) {
        return (long) LONG.get(array, offset + HEADER);
    }

    static int echo(byte[] array, int offset) {
        return (int) INT.get(array, offset + HEADER + Long.BYTES);
    }

    static boolean isPiece(byte[] array, int offset) {
        return array[offset] == PIECE || isLastPiece(array, offset);
    }

    static boolean isLastPiece(byte[] array, int offset) {
        return array[offset] == LAST_PIECE;
    }
}
