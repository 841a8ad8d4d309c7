package dev.simurgh.channel;

import dev.simurgh.protocol.Message;
import dev.simurgh.pubsub.Broadcast;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What comes in for one join, from its client, from topics and from itself, and how much of each may wait. {@link ChannelRuntime} is
 * the half that handles it.
 */
abstract class ChannelMailbox extends Mailbox {
    /** What the mailbox holds besides timers, and messages that did not have to wait. */
    sealed interface Item {
        /** A message that waited, so that the connection's intake has to be told when it is done. */
        record Waited(Message message, long since) implements Item {}

        record Join(Message message, long since) implements Item {}

        record Delivered(Broadcast broadcast, To to) implements Item {}

        /** A message from send, and in which trace it goes on, if in any. */
        record Info(Object message, @Nullable String traceparent) implements Item {}

        record Stop(StopReason reason) implements Item {}

        record Look(BiConsumer<Object, Socket> look) implements Item {}

        /** Done behind all that waits, if the channel is still joined then. */
        record Behind(Runnable task) implements Item {}

        /** Has the stop looked at that was asked for meanwhile. */
        enum Wakeup implements Item {
            INSTANCE
        }
    }

    /** Whom a broadcast is for. */
    enum To {
        HANDLE_OUT,
        HANDLE_INFO,
        /** As it is, but not before those that are intercepted. */
        CLIENT
    }

    /** How many bytes of broadcasts may wait for a channel's callbacks. They are at most once anyway, and memory is finite. */
    static final int MAX_BROADCAST_BYTES = 2 << 20;

    /** How many messages a channel may have sent itself that wait. */
    static final int MAX_INFOS = 10_000;

    private static final int BROADCAST_BYTES = 200;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(ChannelMailbox.class);

    private static final AtomicIntegerFieldUpdater<ChannelMailbox> MESSAGES_DONE =
            AtomicIntegerFieldUpdater.newUpdater(ChannelMailbox.class, "messageBytesDone");
    private static final AtomicIntegerFieldUpdater<ChannelMailbox> BROADCASTS_DONE =
            AtomicIntegerFieldUpdater.newUpdater(ChannelMailbox.class, "broadcastBytesDone");
    private static final AtomicIntegerFieldUpdater<ChannelMailbox> INFOS =
            AtomicIntegerFieldUpdater.newUpdater(ChannelMailbox.class, "infos");

    private final Line line;
    private final boolean nonBlocking;

    // What has come is counted by the loop alone, what is done by the mailbox alone; what waits is the difference,
    // which survives overflow.
    private int messageBytes;
    private int broadcastBytes;

    @SuppressWarnings("unused") // through MESSAGES_DONE
    private volatile int messageBytesDone;

    @SuppressWarnings("unused") // through BROADCASTS_DONE
    private volatile int broadcastBytesDone;

    @SuppressWarnings("unused") // through INFOS
    private volatile int infos;

    private volatile @Nullable StopReason stopRequest;
    private volatile boolean ends;

    ChannelMailbox(Line line, ChannelSpec<?> spec) {
        this.line = line;
        this.nonBlocking = spec.isNonBlocking();
    }

    final Line line() {
        return line;
    }

    final boolean isNonBlocking() {
        return nonBlocking;
    }

    /** An event loop that has ended leaves what is still to terminate to the scheduler. */
    @Override
    final Executor executor() {
        return nonBlocking && !line.loop().hasEnded()
                ? line.loop()
                : line.environment().scheduler();
    }

    @Override
    final void putOff(Throwable why, Runnable again) {
        line.environment().clientLog().line(log, Level.WARN, "no thread for a channel: {}", why.toString());
        line.environment().timers().schedule(RETRY, again);
    }

    // From the event loop.

    final void join(Message message) {
        Item join = new Item.Join(message, line.environment().timers().nanoTime());
        if (!nonBlocking || !handleNow(join)) {
            post(join);
        }
    }

    /**
     * Takes a message of the client.
     *
     * @param whatever whether it is taken even if too much waits already
     * @return whether it was taken
     */
    final boolean received(Message message, boolean whatever) {
        if (nonBlocking && handleNow(message)) {
            return true;
        }
        int cost = Intake.cost(message);
        int waiting = messageBytes - messageBytesDone;
        if (!whatever && waiting > 0 && waiting + cost > line.limits().maxMailboxBytes()) {
            return false;
        }
        line.intake().queued(cost);
        messageBytes += cost;
        post(new Item.Waited(message, line.waitBegins()));
        return true;
    }

    /** Takes a message that the intake has counted already. */
    final void waited(Message message) {
        messageBytes += Intake.cost(message);
        post(new Item.Waited(message, line.waitBegins()));
    }

    final void inspect(BiConsumer<Object, Socket> look) {
        post(new Item.Look(look));
    }

    /** Takes a broadcast for handleOut or handleInfo; drops it if the callbacks are too far behind. */
    final void delivered(Broadcast broadcast, To to) {
        if (!offered(broadcast, to)) {
            line.environment().dropped(EndpointListener.Drop.CHANNEL_BEHIND);
        }
    }

    /** Takes a broadcast; false if the callbacks are too far behind. */
    final boolean offered(Broadcast broadcast, To to) {
        if (ends) {
            return true; // its terminate may take long, and nobody is there for whom it would be
        }
        int cost = cost(broadcast);
        int waiting = broadcastBytes - broadcastBytesDone;
        if (waiting > 0 && waiting + cost > MAX_BROADCAST_BYTES) {
            return false;
        }
        broadcastBytes += cost;
        post(new Item.Delivered(broadcast, to));
        return true;
    }

    /** How many bytes wait, timers and messages to itself not counted. */
    final int waitingBytes() {
        return messageBytes - messageBytesDone + broadcastBytes - broadcastBytesDone;
    }

    /** Does something when all that waits now has been handled. */
    final void behind(Runnable task) {
        post(new Item.Behind(task));
    }

    /** What a waiting broadcast weighs, in bytes. */
    static int cost(Broadcast broadcast) {
        return Intake.pinned(broadcast.payload()) + BROADCAST_BYTES;
    }

    // From any thread.

    /**
     * Ends the channel. What a client pushed before it went away is still handled, as in Phoenix; a kick, a newer join and a timeout do
     * not wait for that.
     */
    final void requestStop(StopReason reason) {
        ends = true;
        if (reason.kind() == StopReason.Kind.CLOSED || reason.kind() == StopReason.Kind.DRAINED) {
            post(new Item.Stop(reason));
        } else {
            stopRequest = reason;
            post(Item.Wakeup.INSTANCE);
        }
        goOn(); // a channel that waits for its cluster has something to end now
    }

    /** Takes a message to the channel itself. One that has sent itself too many ends as if it had crashed: it would lose track of things. */
    final void info(Object message, @Nullable String traceparent) {
        if (INFOS.get(this) < MAX_INFOS) {
            INFOS.incrementAndGet(this);
            post(new Item.Info(message, traceparent));
            return;
        }
        line.environment().dropped(EndpointListener.Drop.CHANNEL_BEHIND);
        if (stopRequest == null) {
            log.error(
                    "channel ended: {} messages that it was sent wait for it (expected: fewer, or more time for each)",
                    MAX_INFOS);
            requestStop(StopReason.other("too many messages from send"));
        }
    }

    final void due(TimerRef timer) {
        post(timer);
    }

    // On the mailbox.

    final @Nullable StopReason stopRequest() {
        return stopRequest;
    }

    @Override
    final void handle(Object item) {
        if (item instanceof Item.Waited waited) {
            if (line.hearsWaited()) {
                waited(line.environment().timers().nanoTime() - waited.since);
            }
            try {
                take(waited.message);
            } finally {
                int cost = Intake.cost(waited.message);
                MESSAGES_DONE.lazySet(this, messageBytesDone + cost);
                line.intake().done(cost);
            }
            return;
        }
        if (item instanceof Item.Delivered delivered) {
            BROADCASTS_DONE.lazySet(this, broadcastBytesDone + cost(delivered.broadcast));
        } else if (item instanceof Item.Info) {
            INFOS.decrementAndGet(this);
        }
        take(item);
    }

    /** Tells how long a message has waited. */
    abstract void waited(long nanos);

    /** Handles a {@link Message}, a {@link TimerRef} or an {@link Item}. */
    abstract void take(Object item);
}
