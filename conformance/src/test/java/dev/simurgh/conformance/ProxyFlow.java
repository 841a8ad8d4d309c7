package dev.simurgh.conformance;

import dev.simurgh.conformance.TestProxy.Conditions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/** One way of a link: takes bytes from one side, keeps them as long as the conditions say, and gives them to the other. */
final class ProxyFlow {
    private static final int MAX_QUEUED = 64 << 10;
    private static final int READ_BYTES = 16 << 10;
    private static final long SLICE_PAUSE_NANOS = 30_000;

    private enum Kind {
        DATA,
        FIN,
        RST
    }

    private record Piece(long due, Kind kind, ByteBuffer bytes) {}

    private final SocketChannel from;
    private final SocketChannel to;
    private final Supplier<Conditions> conditions;
    private final ArrayDeque<Piece> queue = new ArrayDeque<>();
    private int queued;
    private long left = Long.MAX_VALUE;
    private long nextWrite = System.nanoTime();
    private boolean ended;
    private boolean finished;
    private boolean blocked;
    private boolean cut;

    ProxyFlow(SocketChannel from, SocketChannel to, Supplier<Conditions> conditions) {
        this.from = from;
        this.to = to;
        this.conditions = conditions;
    }

    void resetAfter(long bytes) {
        left = bytes;
    }

    /** Sends FIN; what is here or still comes is thrown away. */
    void finish() {
        queue.clear();
        queued = 0;
        if (!finished) {
            finished = true;
            try {
                to.shutdownOutput();
            } catch (IOException e) {
                // the receiver has gone, so it needs no FIN
            }
        }
    }

    /** Whether this way asks for the end of its link with RST. */
    boolean isCut() {
        return cut;
    }

    /** Whether the sender has ended, and the receiver knows. */
    boolean isDone() {
        return ended && finished;
    }

    boolean wantsToRead() {
        Conditions now = conditions.get();
        return !ended && queued < MAX_QUEUED + underWay(now) && !now.silent();
    }

    /** How much is on a line of this bandwidth and delay at a time. */
    private static long underWay(Conditions now) {
        return now.bytesPerSecond() * now.delay().toMillis() / 1000;
    }

    boolean wantsToWrite() {
        return blocked && !conditions.get().silent();
    }

    long waitNanos(long now) {
        Piece head = queue.peek();
        if (head == null || blocked || conditions.get().silent()) {
            return Long.MAX_VALUE;
        }
        return Math.max(0, Math.max(head.due() - now, nextWrite - now));
    }

    void forward() {
        if (wantsToRead()) {
            read();
        }
        blocked = false;
        while (!cut && !blocked && waitNanos(System.nanoTime()) == 0) {
            pass(queue.element());
        }
    }

    private void read() {
        long due = System.nanoTime() + conditions.get().delay().toNanos();
        ByteBuffer bytes = ByteBuffer.allocate(READ_BYTES);
        try {
            int count = from.read(bytes);
            if (count > 0 && !finished) {
                queue.add(new Piece(due, Kind.DATA, bytes.flip()));
                queued += count;
            } else if (count < 0) {
                end(due, Kind.FIN, bytes);
            }
        } catch (IOException e) {
            end(due, Kind.RST, bytes);
        }
    }

    private void end(long due, Kind kind, ByteBuffer nothing) {
        ended = true;
        if (!finished || kind == Kind.RST) {
            queue.add(new Piece(due, kind, nothing));
        }
    }

    private void pass(Piece piece) {
        switch (piece.kind()) {
            case FIN -> finish();
            case RST -> cut = true;
            case DATA -> write(piece.bytes());
        }
    }

    private void write(ByteBuffer bytes) {
        Conditions now = conditions.get();
        int most = (int) Math.min(bytes.remaining(), left);
        if (now.sliceBytes() > 0) {
            most = Math.min(most, now.sliceBytes());
        }
        if (now.bytesPerSecond() > 0) {
            most = Math.min(most, Math.max(1, now.bytesPerSecond() / 50));
        }
        try {
            int count = to.write(bytes.slice(bytes.position(), most));
            wrote(bytes, count, now);
            blocked = count == 0 && most > 0;
        } catch (IOException e) {
            finish(); // it will be told by what it reads
        }
    }

    private void wrote(ByteBuffer bytes, int count, Conditions now) {
        bytes.position(bytes.position() + count);
        queued -= count;
        if (!bytes.hasRemaining()) {
            queue.remove();
        }
        if (left != Long.MAX_VALUE) {
            left -= count;
            cut = left <= 0;
        }
        if (now.bytesPerSecond() > 0) {
            nextWrite = System.nanoTime() + 1_000_000_000L * count / now.bytesPerSecond();
        } else if (now.sliceBytes() > 0) {
            nextWrite = System.nanoTime() + SLICE_PAUSE_NANOS;
        }
    }
}
