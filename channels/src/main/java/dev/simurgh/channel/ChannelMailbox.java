package dev.simurgh.channel;

import dev.simurgh.protocol.Message;
import dev.simurgh.pubsub.Broadcast;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What comes in for one join, from its client, from topics and from itself, and how much of each may wait. {@link ChannelRuntime} is
 * the half that handles it.
 */
abstract class ChannelMailbox extends Mailbox {
    /** What the mailbox holds besides timers, and messages that did not have to wait. */
    sealed interface Item {
        /** A message that waited, so that the connection's intake has to be told when it is done. */
        record Waited(Message message) implements Item {}

        record Join(Message message) implements Item {}

        record Delivered(Broadcast broadcast, boolean intercepted) implements Item {}

        record Info(Object message) implements Item {}

        record Stop(StopReason reason) implements Item {}

        record Look(BiConsumer<Object, Socket> look) implements Item {}

        /** Has the stop looked at that was asked for meanwhile. */
        enum Wakeup implements Item {
            INSTANCE
        }
    }

    /** How many broadcasts may wait for a channel's callbacks. They are at most once anyway, and memory is finite. */
    static final int MAX_WAITING_BROADCASTS = 10_000;

    private static final AtomicIntegerFieldUpdater<ChannelMailbox> BROADCASTS =
            AtomicIntegerFieldUpdater.newUpdater(ChannelMailbox.class, "waitingBroadcasts");

    private final Line line;
    private final boolean nonBlocking;

    @SuppressWarnings("unused") // through BROADCASTS
    private volatile int waitingBroadcasts;

    private volatile @Nullable StopReason stopRequest;

    ChannelMailbox(Line line, boolean nonBlocking) {
        this.line = line;
        this.nonBlocking = nonBlocking;
    }

    final Line line() {
        return line;
    }

    @Override
    final Executor executor() {
        return nonBlocking ? line.loop() : line.environment().scheduler();
    }

    // From the event loop.

    final void join(Message message) {
        Item join = new Item.Join(message);
        if (!nonBlocking || !handleNow(join)) {
            post(join);
        }
    }

    final void received(Message message) {
        if (!nonBlocking || !handleNow(message)) {
            line.intake().queued(Intake.cost(message));
            post(new Item.Waited(message));
        }
    }

    /** Takes a message that the intake has counted already. */
    final void waited(Message message) {
        post(new Item.Waited(message));
    }

    final void inspect(BiConsumer<Object, Socket> look) {
        post(new Item.Look(look));
    }

    /** Takes a broadcast for handleOut or handleInfo; drops it if the callbacks are too far behind. */
    final void delivered(Broadcast broadcast, boolean intercepted) {
        if (BROADCASTS.get(this) >= MAX_WAITING_BROADCASTS) {
            line.environment().dropped(EndpointListener.Drop.CHANNEL_BEHIND);
            return;
        }
        BROADCASTS.incrementAndGet(this);
        post(new Item.Delivered(broadcast, intercepted));
    }

    // From any thread.

    /**
     * Ends the channel. What a client pushed before it went away is still handled, as in Phoenix; a kick, a newer join and a timeout do
     * not wait for that.
     */
    final void requestStop(StopReason reason) {
        if (reason.kind() == StopReason.Kind.CLOSED || reason.kind() == StopReason.Kind.DRAINED) {
            post(new Item.Stop(reason));
        } else {
            stopRequest = reason;
            post(Item.Wakeup.INSTANCE);
        }
    }

    final void info(Object message) {
        post(new Item.Info(message));
    }

    final void due(Timer timer) {
        post(timer);
    }

    // On the mailbox.

    final @Nullable StopReason stopRequest() {
        return stopRequest;
    }

    @Override
    final void handle(Object item) {
        if (item instanceof Item.Waited waited) {
            try {
                take(waited.message);
            } finally {
                line.intake().done(Intake.cost(waited.message));
            }
            return;
        }
        if (item instanceof Item.Delivered) {
            BROADCASTS.decrementAndGet(this);
        }
        take(item);
    }

    /** Handles a {@link Message}, a {@link Timer} or an {@link Item}. */
    abstract void take(Object item);
}
