package dev.simurgh.pubsub;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics that have subscribers on one event loop. The map and what is in it are touched by that loop only. */
final class LoopTopics {
    private static final Logger log = LoggerFactory.getLogger(LoopTopics.class);

    final EventLoop loop;
    private final Interest interest;
    private final Map<String, TopicSubscribers> topics = new HashMap<>();

    LoopTopics(EventLoop loop, Interest interest) {
        this.loop = loop;
        this.interest = interest;
    }

    /**
     * Adds a subscription, from any thread. The interest is noted before this returns, so that a broadcast made afterwards
     * reaches this loop; it does so behind the task that adds.
     */
    void add(Subscription subscription) {
        if (loop.inEventLoop()) {
            addHere(subscription);
            return;
        }
        String topic = subscription.topic();
        interest.retain(topic, this);
        try {
            loop.execute(() -> {
                addHere(subscription);
                interest.release(topic, this);
            });
        } catch (RejectedExecutionException e) {
            interest.release(topic, this);
            throw e;
        }
    }

    private void addHere(Subscription subscription) {
        if (subscription.isCancelled()) {
            return;
        }
        TopicSubscribers list = topics.get(subscription.topic());
        if (list == null) {
            list = new TopicSubscribers(subscription.topic());
            topics.put(list.topic, list);
            interest.retain(list.topic, this);
        }
        list.add(subscription);
    }

    void remove(Subscription subscription) {
        if (!loop.inEventLoop()) {
            executeIfAlive(() -> remove(subscription));
            return;
        }
        TopicSubscribers list = subscription.list;
        if (list != null) {
            list.remove(subscription);
            dropIfIdle(list);
        }
    }

    private void dropIfIdle(TopicSubscribers list) {
        if (list.isIdle() && topics.remove(list.topic, list)) {
            interest.release(list.topic, this);
        }
    }

    /** Delivers to the subscribers of this loop: at once on the loop itself, else as one task of it. */
    void dispatch(Broadcast broadcast, @Nullable Subscriber except) {
        if (loop.inEventLoop()) {
            dispatchHere(broadcast, except);
        } else {
            executeIfAlive(() -> dispatchHere(broadcast, except));
        }
    }

    /** A loop that has ended has no subscribers left; the other loops must still get their broadcast. */
    private void executeIfAlive(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("an event loop has ended without being forgotten");
        }
    }

    private void dispatchHere(Broadcast broadcast, @Nullable Subscriber except) {
        TopicSubscribers list = topics.get(broadcast.topic());
        if (list != null) {
            list.deliver(broadcast, except);
            dropIfIdle(list);
        }
    }

    /** Adds this loop's subscriber counts to a map. On the loop only. */
    void count(Map<String, Integer> into) {
        topics.values().forEach(list -> into.merge(list.topic, list.size(), Integer::sum));
    }
}
