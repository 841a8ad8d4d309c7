package dev.simurgh.transport.poll;

import dev.simurgh.pubsub.Node;
import dev.simurgh.pubsub.NodeId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Messages that are longer than one between nodes may be, in pieces: a zero byte, the number of the message, which piece of how many it is,
 * and the piece. Pieces come in order, or not at all. What is incomplete is bounded for each sender, in number and bytes: the oldest goes for the next. For any
 * thread.
 */
final class Fragments {
    private static final int HEADER = 1 + Long.BYTES + 2 * Integer.BYTES;
    private static final int MAX_PIECES = 64;
    private static final int MAX_INCOMPLETE = 8;
    /** Those of a sender together; one by itself may be as long as it is. */
    private static final int MAX_INCOMPLETE_BYTES = 32 << 20;

    private record Key(NodeId from, long number) {}

    /** What has come of a message, and so takes room; not what is announced. */
    private record Incomplete(int pieces, List<byte[]> come) {
        boolean isNext(int index, int ofPieces) {
            return ofPieces == pieces && index == come.size();
        }

        int length() {
            return come.stream().mapToInt(piece -> piece.length).sum();
        }

        byte[] whole() {
            ByteBuffer whole = ByteBuffer.allocate(length());
            come.forEach(whole::put);
            return whole.array();
        }
    }

    private final int most;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Key, Incomplete> incomplete = new LinkedHashMap<>();

    Fragments() {
        this(Node.MAX_MESSAGE_BYTES);
    }

    /** With how long one between nodes may be. */
    Fragments(int most) {
        this.most = most;
    }

    /** Sends a message as it is, or in pieces; false if one of them was not taken, or it is too long even so. */
    boolean send(byte[] message, Predicate<byte[]> sender) {
        if (message.length <= most) {
            return sender.test(message);
        }
        int full = most - HEADER;
        long number = numbers.incrementAndGet();
        int pieces = (message.length + full - 1) / full;
        boolean sent = pieces <= MAX_PIECES;
        for (int i = 0; sent && i < pieces; i++) {
            int from = i * full;
            int length = Math.min(full, message.length - from);
            sent = sender.test(ByteBuffer.allocate(HEADER + length)
                    .put((byte) 0)
                    .putLong(number)
                    .putInt(i)
                    .putInt(pieces)
                    .put(message, from, length)
                    .array());
        }
        return sent;
    }

    /** Takes what has come; the message if it is whole now. */
    Optional<byte[]> received(NodeId from, byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != 0) {
            return Optional.of(bytes);
        }
        if (bytes.length <= HEADER) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        return piece(new Key(from, in.getLong()), in.getInt(), in.getInt(), in);
    }

    private synchronized Optional<byte[]> piece(Key key, int index, int pieces, ByteBuffer piece) {
        Incomplete before = incomplete.remove(key);
        if (index == 0 && pieces > 1 && pieces <= MAX_PIECES) {
            before = new Incomplete(pieces, new ArrayList<>());
        }
        if (before == null || !before.isNext(index, pieces) || piece.remaining() > most - HEADER) {
            return Optional.empty(); // one before it was lost
        }
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        before.come().add(bytes);
        if (index == pieces - 1) {
            return Optional.of(before.whole());
        }
        makeRoom(key.from(), before);
        incomplete.put(key, before);
        return Optional.empty();
    }

    private void makeRoom(NodeId from, Incomplete next) {
        long count = 1;
        long bytes = next.length();
        for (Map.Entry<Key, Incomplete> each : incomplete.entrySet()) {
            if (each.getKey().from().equals(from)) {
                count++;
                bytes += each.getValue().length();
            }
        }
        Iterator<Map.Entry<Key, Incomplete>> all = incomplete.entrySet().iterator();
        while ((count > MAX_INCOMPLETE || bytes > MAX_INCOMPLETE_BYTES) && all.hasNext()) {
            Map.Entry<Key, Incomplete> oldest = all.next();
            if (oldest.getKey().from().equals(from)) {
                all.remove();
                count--;
                bytes -= oldest.getValue().length();
            }
        }
    }

    /** How much is kept of what is incomplete. */
    synchronized long bytes() {
        return incomplete.values().stream().mapToLong(Incomplete::length).sum();
    }

    /** A node has gone: what it began will not be finished. */
    synchronized void forget(NodeId from) {
        incomplete.keySet().removeIf(key -> key.from().equals(from));
    }
}
