package dev.simurgh.transport.http;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** The bodies of requests to a server that is not ours, while they come in. For any thread. */
public final class HostedBodies {
    private static final int FIRST_BYTES = 1024;

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();

    /**
     * Makes room for them.
     *
     * @param maxBytes how much may be kept of all of them together
     */
    public HostedBodies(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** How much is kept. */
    public long bytes() {
        return bytes.get();
    }

    /** Begins a body. */
    public Body begin(int most) {
        return new Body(most);
    }

    /** One of them. For any thread: a timeout may end it while some of it is coming. */
    public final class Body {
        private final int most;
        private byte[] gathered = {};
        private int length;
        private boolean ended;

        private Body(int most) {
            this.most = most;
        }

        /** Takes the next of it, unless it has ended. Returns 0, or with which status it is refused: 413 it is too long, 503 there is no room. */
        public synchronized int add(byte[] piece) {
            if (ended) {
                return 0;
            }
            if (piece.length > most - length) {
                return 413;
            }
            int needed = length + piece.length;
            if (needed > gathered.length) {
                int capacity = Math.min(most, Math.max(needed, Math.max(FIRST_BYTES, 2 * gathered.length)));
                if (bytes.addAndGet(capacity - gathered.length) > maxBytes) {
                    bytes.addAndGet(gathered.length - capacity);
                    return 503;
                }
                gathered = Arrays.copyOf(gathered, capacity);
            }
            System.arraycopy(piece, 0, gathered, length, piece.length);
            length = needed;
            return 0;
        }

        /** What it is. */
        public synchronized byte[] toBytes() {
            return Arrays.copyOf(gathered, length);
        }

        /** Gives its room back. Harmless when repeated. */
        public void end() {
            if (most > 0) { // what can have no bytes is shared by many
                release();
            }
        }

        private synchronized void release() {
            ended = true;
            bytes.addAndGet(-gathered.length);
            gathered = new byte[0];
        }
    }
}
