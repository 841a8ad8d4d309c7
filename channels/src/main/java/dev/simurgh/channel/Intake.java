package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Bounds what a client may have waiting in its channels' mailboxes: over the limit the connection is not read until half of it has been
 * handled, so that a client that pushes faster than its handlers work feels back-pressure instead of filling the memory.
 */
final class Intake {
    private static final int HIGH_BYTES = 1 << 20;
    private static final int LOW_BYTES = HIGH_BYTES / 2;
    private static final int MESSAGE_BYTES = 256;
    private static final AtomicIntegerFieldUpdater<Intake> WAITING =
            AtomicIntegerFieldUpdater.newUpdater(Intake.class, "waiting");

    private final Line line;

    @SuppressWarnings("unused") // through WAITING
    private volatile int waiting;

    private volatile boolean paused;

    Intake(Line line) {
        this.line = line;
    }

    /** What a waiting message weighs, in bytes: its payload and its objects. */
    static int cost(Message message) {
        Payload payload = message.payload();
        int length = payload instanceof Payload.Json json
                ? json.length()
                : payload instanceof Payload.Binary binary ? binary.length() : 0;
        return length + MESSAGE_BYTES;
    }

    /** Counts a message that waits. On the event loop. */
    void queued(int cost) {
        if (WAITING.addAndGet(this, cost) > HIGH_BYTES && !paused) {
            paused = true;
            line.pauseReading(PauseCause.CHANNELS_BEHIND);
            resumeIfLow();
        }
        line.waitIfAhead();
    }

    /** Counts a message that was handled, on any thread. */
    void done(int cost) {
        if (WAITING.addAndGet(this, -cost) <= LOW_BYTES && paused) {
            line.execute(this::resumeIfLow);
        }
    }

    private void resumeIfLow() {
        if (paused && waiting <= LOW_BYTES) {
            paused = false;
            line.resumeReading(PauseCause.CHANNELS_BEHIND);
        }
    }
}
