package dev.simurgh.pubsub;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One subscriber's place in the list of a topic. Subscribing twice gives two subscriptions, and two copies. */
public final class Subscription {
    final Subscriber subscriber;
    private final LoopTopics home;
    private final String topic;

    // The list and the place in it belong to the home loop. Null before the loop has added it and after it has removed
    // it.
    @Nullable
    TopicSubscribers list;

    int index;
    private volatile boolean cancelled;

    Subscription(LoopTopics home, String topic, Subscriber subscriber) {
        this.home = home;
        this.topic = topic;
        this.subscriber = subscriber;
    }

    /** Who is called. */
    public Subscriber subscriber() {
        return subscriber;
    }

    /** The topic subscribed to. */
    public String topic() {
        return topic;
    }

    /**
     * Tells when the broadcasts of other nodes reach this subscriber. With an adapter that need not ask anybody it has completed already;
     * with a broker it completes when that has confirmed the topic's first subscription on this node, and fails if it has refused. Then
     * only broadcasts of this node arrive, until somebody else subscribes to the topic, which asks again.
     *
     * <p>May complete on any thread. It is the caller's own, who cancels it when nobody waits any more: the answer may never come, and
     * until then it is kept with all that hangs on it.
     */
    public CompletableFuture<Void> ready() {
        return home.ready(topic);
    }

    /**
     * Ends the subscription. Callable from any thread, more than once. On the subscription's own event loop it takes effect
     * at once; from elsewhere a broadcast that is on its way may still be delivered.
     */
    public void cancel() {
        cancelled = true;
        home.remove(this);
    }

    /** Tells whether it has been cancelled. */
    public boolean isCancelled() {
        return cancelled;
    }
}
