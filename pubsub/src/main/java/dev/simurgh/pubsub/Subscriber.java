package dev.simurgh.pubsub;

/** Receives the broadcasts of a topic. */
@FunctionalInterface
public interface Subscriber {
    /**
     * Takes one broadcast. Runs on the event loop of the subscription and must not block it. An exception is logged and
     * keeps nobody else from getting the broadcast.
     */
    void deliver(Broadcast broadcast);
}
