package dev.simurgh.transport.carry;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;

/**
 * How long a client takes to send a ping back. What is in the ping is chance, so that a client can answer neither the pings of the keep-alive with
 * it, nor this before it has come.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2">RFC 6455, section 5.5.2</a>
 */
public final class RoundTrip {
    private final byte[] content = ByteBuffer.allocate(Long.BYTES)
            .putLong(ThreadLocalRandom.current().nextLong())
            .array();
    private final long since = System.nanoTime();
    private final LongConsumer nanos;

    /** Begins one. */
    public RoundTrip(LongConsumer nanos) {
        this.nanos = nanos;
    }

    /** What is in the ping. */
    public byte[] content() {
        return content;
    }

    /** Whether a pong answers it. */
    public boolean isAnsweredBy(byte[] pong) {
        return Arrays.equals(content, pong);
    }

    /** It has been answered. */
    public void end() {
        nanos.accept(System.nanoTime() - since);
    }
}
