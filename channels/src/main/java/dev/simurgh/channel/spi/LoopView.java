package dev.simurgh.channel.spi;

import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.EventLoop;

/**
 * What an event loop has done for its clients, for who watches: found by {@link Backstage#loops}. For any thread; the numbers are read as the loop has
 * last written them.
 */
public interface LoopView {
    /** Tells it from the others of its endpoint; they are counted from 0, as they come. */
    int number();

    /** The loop itself. */
    EventLoop loop();

    /** What waits for it. */
    Backlog backlog();

    /** How many connections are open there now. */
    int connections();

    /** How many messages of clients have come in there. */
    long messagesIn();

    /** How many bytes these were, as they stood in their frames. */
    long bytesIn();

    /** How many messages clients were sent there, broadcasts for each that got them. */
    long messagesOut();

    /** How many bytes these were. */
    long bytesOut();
}
