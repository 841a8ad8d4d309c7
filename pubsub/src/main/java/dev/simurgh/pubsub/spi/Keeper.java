package dev.simurgh.pubsub.spi;

import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * Stores the broadcasts of some topics before they are delivered, and has them delivered in the order in which they were stored, by {@link
 * dev.simurgh.pubsub.PubSub#deliver} and {@link dev.simurgh.pubsub.PubSub#sendToOthers}. Methods are called on any thread, event loops among
 * them; none blocks, none should throw: what one throws is logged, and loses that broadcast.
 */
public interface Keeper {
    /** Tells whether the broadcasts of a topic are kept. The answer for a topic does not change. Asked for every broadcast. */
    boolean keeps(String topic);

    /**
     * Takes a broadcast of this node to a kept topic; the pub-sub does nothing more with it.
     *
     * @param from who is not to get it; null if all are
     */
    void broadcast(Broadcast broadcast, @Nullable Subscriber from);

    /** Takes what another node has broadcast to a kept topic; it has a position. The pub-sub does nothing more with it. */
    void received(Broadcast broadcast);
}
