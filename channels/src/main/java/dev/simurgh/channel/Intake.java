package dev.simurgh.channel;

import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Bounds what a client may have waiting in all its channels together: over the limit the connection is not read until half of it has been
 * handled. Before that, each channel has a bound of its own, in {@link ChannelMailbox}, so that one that is slow stops nobody else.
 */
final class Intake {
    private static final int HIGH_BYTES = 2 << 20;
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

    /** What a waiting message weighs, in bytes: its objects, and the whole array that its payload is a slice of. */
    static int cost(Message message) {
        return pinned(message.payload()) + MESSAGE_BYTES;
    }

    /** How many bytes a payload keeps from being collected. */
    static int pinned(Payload payload) {
        return payload instanceof Payload.Json json
                ? json.array().length
                : payload instanceof Payload.Binary binary ? binary.array().length : 0;
    }

    int waiting() {
        return waiting;
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
