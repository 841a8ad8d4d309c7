package dev.simurgh.pubsub;

/** Receives the broadcasts of a topic. */
@FunctionalInterface
public interface Subscriber {
    /**
     * Takes one broadcast. Runs on the event loop of the subscription and must not block it. An exception is logged and
     * keeps nobody else from getting the broadcast.
     */
    void deliver(Broadcast broadcast);

    /** Hears that a broadcast went to all others of the topic, since it was made {@code from} this one; default nothing. As {@link #deliver}. */
    default void passedOver(Broadcast broadcast) {}
}
