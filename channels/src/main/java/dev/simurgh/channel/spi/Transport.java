package dev.simurgh.channel.spi;

import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Ref;
import dev.simurgh.pubsub.EventLoop;
import java.util.function.LongConsumer;

/**
 * The network side of one client's connection. But for {@link #name}, {@link #peer}, {@link #eventLoop}, {@link #queuedBytes} and {@link
 * #stalledNanos}, everything is called on the event loop only.
 *
 * <p>Frames sent are queued; the transport writes what was queued once per turn of its loop. The queue is bounded: a client that takes
 * nothing of it for a while, or for which too many pushes and broadcasts wait, is closed by its transport with {@link
 * dev.simurgh.protocol.CloseCode#TRY_AGAIN_LATER}. What the client is owed never closes it. While much of that waits, the transport does
 * not read from it.
 */
public interface Transport {
    /** The kind of transport, for logs and metrics, such as {@code websocket}. */
    String name();

    /** Who is at the other end, for logs, such as {@code /10.0.0.7:51234}. Default: nothing, if that is not known. */
    default String peer() {
        return "";
    }

    /** The loop that confines the connection. One object per loop: it is told from others by identity. */
    EventLoop eventLoop();

    /** Queues a frame that the client is owed, such as a reply: it asked for it, or has to be told. */
    void send(Frame frame);

    /** Queues a frame for this connection alone that it did not ask for. Default: as {@link #send}. */
    default void push(Frame frame) {
        send(frame);
    }

    /** Queues a frame that many connections of this loop get in a row, as the very same object. */
    void sendShared(Frame frame);

    /**
     * Tells whether a frame may be queued that could as well wait elsewhere, as what is kept of a topic can. Not if more than half of what may
     * wait for the client would be taken by then, by what it is owed, too: the other half is for what cannot wait. A frame larger than that may be if
     * nothing waits.
     * Default: yes.
     */
    default boolean hasSpareRoom(int bytes) {
        return true;
    }

    /**
     * Calls back on the event loop, once, when what is queued now has gone out. Never from within this call; not at all if the connection
     * ends before. Default: with the loop's next task.
     */
    default void whenDrained(Runnable callback) {
        eventLoop().tryExecute(callback);
    }

    /**
     * How many bytes are queued for the client that it has not taken. For any thread, which reads what the event loop has last written. Default:
     * 0, as nothing is known.
     */
    default long queuedBytes() {
        return 0;
    }

    /**
     * For how long the client has taken nothing of what is queued for it, in nanoseconds; 0 if nothing is queued, or it takes of it. For any thread,
     * as above. Default: 0.
     */
    default long stalledNanos() {
        return 0;
    }

    /**
     * Measures how long the client takes to answer, such as a WebSocket's ping, in nanoseconds. The answer comes on the event loop; not at all if the
     * client gives none, or is asked again before. Default: it is not asked.
     */
    default void roundTrip(LongConsumer nanos) {}

    /**
     * Closes the connection after what is queued has gone out, or not. Harmless when repeated.
     *
     * @param code a close code, RFC 6455 section 7.4
     */
    void close(int code, String reason);

    /** Stops reading from the client until {@link #resumeReading}. */
    void pauseReading();

    /** Reads from the client again. */
    void resumeReading();

    /**
     * Hears that a channel has ended that had been let in, after its {@code terminate}, whether or not its client was there to be told;
     * default nothing.
     *
     * @param joinRef tells this join of the topic from others; none if its client sent none
     */
    default void channelEnded(String topic, Ref joinRef, StopReason reason) {}

    /**
     * Hears that a callback of a channel has thrown: its {@code join}, a handler, {@code terminate}, or what was to happen at its end. It is
     * logged and answered whoever hears of it; default nothing.
     *
     * @param joinRef tells this join of the topic from others; none if its client sent none
     */
    default void callbackThrew(String topic, Ref joinRef, Throwable thrown) {}
}
