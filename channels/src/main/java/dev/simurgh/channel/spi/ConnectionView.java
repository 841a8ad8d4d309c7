package dev.simurgh.channel.spi;

import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.channel.Limits;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/**
 * A client's connection, for who watches: found by {@link Backstage#eachConnection}. For any thread; the numbers are read as its event loop has last
 * written them, without asking it, so they may be a moment old and need not fit each other.
 */
public interface ConnectionView {
    /** Tells it from the others of its endpoint, for as long as that lives. */
    int number();

    /** The path of its socket. */
    String mountPath();

    /** What its client may ask for. */
    Limits limits();

    /** The kind of transport, such as {@code websocket}. */
    String transportName();

    /** The version of its serializer. */
    String version();

    /** Who is at the other end, see {@link Transport#peer}. */
    String peer();

    /** What it is named, if it is. */
    Optional<String> id();

    /** When it was opened, by the endpoint's {@link Timers}. */
    long openedNanos();

    /** Whether it has ended, or is about to. */
    boolean isClosed();

    /** How many channels it has joined, or is about to. */
    int channelCount();

    /** How many messages of the client have come in. */
    long messagesIn();

    /** How many bytes these were, as they stood in their frames. */
    long bytesIn();

    /** How many messages the client was sent; what waits in its transport is among them. */
    long messagesOut();

    /** How many bytes these were. */
    long bytesOut();

    /** How many bytes of what the client has sent wait for its channels. */
    int waitingBytes();

    /** How many bytes wait for the client, see {@link Transport#queuedBytes}. */
    long queuedBytes();

    /** For how long the client has taken nothing of them, see {@link Transport#stalledNanos}. */
    long stalledNanos();

    /** Why the client is not read now; none if it is. */
    Set<PauseCause> pausedFor();

    /**
     * Asks for its channels.
     *
     * @return completes on the event loop; not at all if that hangs, or ends meanwhile
     */
    CompletableFuture<List<Joined>> channels();

    /** Measures how long the client takes to answer, see {@link Transport#roundTrip}; not if it is closed. */
    void roundTrip(LongConsumer nanos);

    /** Closes it with 1001, and ends its channels; phoenix.js comes back, and has to connect anew. */
    void disconnect();

    /**
     * A channel that is joined, or about to be.
     *
     * @param openedNanos when its client asked to join, by the endpoint's {@link Timers}
     * @param waitingMessages how many messages, broadcasts and timers wait for its callbacks
     * @param waitingBytes how many bytes these are, timers and messages to itself not counted
     */
    record Joined(String topic, String pattern, long openedNanos, int waitingMessages, int waitingBytes) {}
}
