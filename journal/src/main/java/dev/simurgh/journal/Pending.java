package dev.simurgh.journal;

import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A write, from when it was asked for until its caller has an answer. */
final class Pending extends Deadlines.Waiting {
    /** What a write takes besides its texts and payloads, about. */
    private static final int OVERHEAD = 160;

    final Write write;
    final long bytes;
    final CompletableFuture<Written> answer = new CompletableFuture<>();
    private final Writer writer;
    /** Whether the store has it, or had it; guarded by the writer's lock. */
    boolean begun;
    /** What the store has said; guarded by the writer's lock. */
    @Nullable
    Written written;

    Pending(Write write, Writer writer) {
        this.write = write;
        this.writer = writer;
        this.bytes = bytes(write);
    }

    @Override
    Runnable expired() {
        return writer.expired(this);
    }

    static long bytes(Write write) {
        long bytes = OVERHEAD + 2L * write.stream().length();
        if (write instanceof Write.Append append) {
            for (Write.NewEntry entry : append.entries()) {
                bytes += OVERHEAD
                        + 2L * entry.event().length()
                        + bytes(entry.payload())
                        + 2L * entry.key().orElse("").length();
            }
            return bytes + append.once().map(Pending::bytes).orElse(0L);
        }
        if (write instanceof Write.Snapshot snapshot) {
            return bytes + bytes(snapshot.state());
        }
        if (write instanceof Write.Claim claim) {
            return bytes + bytes(claim.once());
        }
        if (write instanceof Write.Acknowledge acknowledge) {
            return bytes + 2L * acknowledge.consumer().length();
        }
        return bytes;
    }

    private static long bytes(Write.Once once) {
        return OVERHEAD
                + 2L
                        * (once.scope().length()
                                + once.key().length()
                                + once.fingerprint().length())
                + once.reply().map(Pending::bytes).orElse(0L);
    }

    /**
     * How long a payload is.
     *
     * @throws IllegalArgumentException if it is not encoded yet
     */
    static long bytes(Payload payload) {
        if (payload instanceof Payload.Json json) {
            return json.length();
        }
        if (payload instanceof Payload.Binary binary) {
            return binary.length();
        }
        throw new IllegalArgumentException(
                "payload: a value (expected: payload.encoded(codec) before the journal gets it)");
    }
}
