package dev.simurgh.server.carry;

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
final class RoundTrip {
    private final byte[] content = ByteBuffer.allocate(Long.BYTES)
            .putLong(ThreadLocalRandom.current().nextLong())
            .array();
    private final long since = System.nanoTime();
    private final LongConsumer nanos;

    RoundTrip(LongConsumer nanos) {
        this.nanos = nanos;
    }

    byte[] content() {
        return content;
    }

    boolean isAnsweredBy(byte[] pong) {
        return Arrays.equals(content, pong);
    }

    void end() {
        nanos.accept(System.nanoTime() - since);
    }
}
