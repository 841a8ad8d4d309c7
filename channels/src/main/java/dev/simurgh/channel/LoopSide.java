package dev.simurgh.channel;

import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Ref;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One join on the event loop of its connection, as its other two sides see it: what has happened to it, told in order. But for what is
 * said to be for any thread, everything is called on that loop.
 */
interface LoopSide extends Subscriber {
    /** The topic. For any thread. */
    String topic();

    /** The pattern of the route that the topic has taken. For any thread. */
    String pattern();

    /** How long the connection may last. For any thread. */
    Lifetime lifetime();

    /** The join_ref of the channel's own pushes and replies: that of its join, or else the join's ref (fact 6 of the transcripts). */
    Ref pushRef();

    /** Sends a push, if it still may go out. For any thread. */
    void transmit(Frame frame);

    /**
     * Sends a push behind all that the event loop was given, if it still may go out. For any thread.
     *
     * @return what waits for the event loop, if that is too much for the push, which is dropped
     */
    Optional<Backlog> transmitInOrder(Frame frame);

    /** Sends a reply, if it still may go out. For any thread. */
    void transmitReply(Frame frame);

    /**
     * Gives the client what was kept of its topic, with its position.
     *
     * @param live whether others get it now, too
     * @return false if it has to wait, or if nothing goes out any more
     */
    boolean offer(Broadcast kept, boolean live);

    /** Goes on when the client has what it was offered; not if the channel ends before. */
    void whenTaken(Runnable next);

    /** The client cannot be given what it has missed: the channel ends, and its client joins again. */
    void lost(String why);

    /** The client is in. */
    void joined(Frame reply, Subscription subscription);

    /** The client is refused. {@link #ended} follows. */
    void refused(Frame reply);

    /** The channel ends gracefully: the last reply and {@code phx_close}; then only what terminate pushes. */
    void goodbye(@Nullable Frame lastReply);

    /** A channel that was let in has ended: terminate is over, and nothing comes from it any more. */
    void left(StopReason reason);

    /** As {@link #left}, of a channel that was not let in. */
    void ended();

    /** A callback has thrown. For any thread. */
    void threw(Throwable thrown);

    /** A message came for a channel that had ended by then. */
    void late(Message message);
}
