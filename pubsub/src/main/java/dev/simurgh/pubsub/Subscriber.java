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

    /**
     * Hears that kept broadcasts of the topic did not come, since too much waited for the event loop, up to this offset at least; default nothing.
     * As {@link #deliver}.
     */
    default void missed(long offset) {}

    /** Hears that what was delivered of a kept topic is not its history any more; default nothing. As {@link #deliver}. */
    default void rewound() {}
}
