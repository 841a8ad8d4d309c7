package dev.simurgh.pubsub;

import dev.simurgh.protocol.Protocol;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The topics that have subscribers on one event loop. The map and what is in it are changed by that loop only; who watches reads how many there are from
 * other threads.
 */
final class LoopTopics {
    final EventLoop loop;
    final Backlog backlog;
    private final PubSub pubsub;
    private final Interest interest;
    private final Map<String, TopicSubscribers> topics = new ConcurrentHashMap<>();
    /** Of each topic the offset of the last kept broadcast, if the loop has not taken it; guarded by itself. */
    private final Map<String, Long> missed = new HashMap<>();

    private final AtomicInteger subscriptions = new AtomicInteger(); // written by the loop only

    LoopTopics(EventLoop loop, PubSub pubsub, Interest interest, Backlog backlog) {
        this.loop = loop;
        this.pubsub = pubsub;
        this.interest = interest;
        this.backlog = backlog;
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
        } else {
            interest.askAgain(list.topic);
        }
        list.add(subscription);
        subscriptions.lazySet(subscriptions.getPlain() + 1);
    }

    CompletableFuture<Void> ready(String topic) {
        return interest.ready(topic);
    }

    void remove(Subscription subscription) {
        if (!loop.inEventLoop()) {
            loop.tryExecute(() -> remove(subscription));
            return;
        }
        TopicSubscribers list = subscription.list;
        if (list != null) {
            list.remove(subscription);
            subscriptions.lazySet(subscriptions.getPlain() - 1);
            dropIfIdle(list);
        }
    }

    private void dropIfIdle(TopicSubscribers list) {
        if (list.isIdle() && topics.remove(list.topic, list)) {
            interest.release(list.topic, this);
        }
    }

    /**
     * Delivers to the subscribers of this loop: at once on the loop itself, else as one task of it. What a subscriber broadcasts while it
     * is called waits until the others have been.
     *
     * @return the loop's backlog, if it is behind
     */
    Optional<Backlog> dispatch(Broadcast broadcast, @Nullable Subscriber except) {
        if (backlog.isInTurn() && !backlog.isDelivering()) {
            deliver(broadcast, except);
            return Optional.empty();
        }
        return dispatchLater(broadcast, except);
    }

    private Optional<Backlog> dispatchLater(Broadcast broadcast, @Nullable Subscriber except) {
        offer(broadcast, except);
        return backlog.ifBehind();
    }

    /**
     * Delivers as a task of the loop, behind all that it was given.
     *
     * @return false if too much waits for the loop
     */
    boolean dispatchInOrder(Broadcast broadcast) {
        if (backlog.offerInOrder(broadcast.pinnedBytes(), () -> deliver(broadcast, null))) {
            return true;
        }
        pubsub.notTaken(loop);
        return loop.hasEnded();
    }

    private boolean offer(Broadcast broadcast, @Nullable Subscriber except) {
        Runnable task = () -> deliver(broadcast, except);
        int bytes = broadcast.pinnedBytes();
        boolean urgent = backlog.isBehind() && broadcast.event().equals(Protocol.DISCONNECT); // somebody logs out
        boolean taken = urgent ? backlog.offerUrgent(bytes, task) : backlog.offer(bytes, task);
        if (!taken) {
            pubsub.notTaken(loop);
        }
        return taken;
    }

    /**
     * Delivers a kept broadcast as a task of the loop. If too much waits for that, the subscribers are told when the loop has caught up, unless a
     * later one has told them: they can look it up. Of what is dropped only the offset is kept.
     */
    void dispatchKept(Broadcast broadcast, @Nullable Subscriber except) {
        synchronized (missed) {
            if (offer(broadcast, except)) {
                missed.remove(broadcast.topic());
            } else if (!loop.hasEnded()) {
                boolean first = missed.isEmpty();
                missed.put(broadcast.topic(), broadcast.offset());
                if (first) {
                    backlog.whenCaughtUp(() -> loop.tryExecute(this::tellMissed)); // behind what was taken
                }
            }
        }
    }

    private void tellMissed() {
        Map<String, Long> all;
        synchronized (missed) {
            all = Map.copyOf(missed);
            missed.clear();
        }
        all.forEach((topic, offset) -> each(topic, subscriber -> subscriber.missed(offset)));
    }

    /** Tells the subscribers that the topic's history is another now. That is never dropped, and nothing before it is missed any more. */
    void rewound(String topic) {
        synchronized (missed) {
            missed.remove(topic);
            backlog.add(0, () -> each(topic, Subscriber::rewound));
        }
    }

    private void each(String topic, Consumer<Subscriber> call) {
        TopicSubscribers list = topics.get(topic);
        if (list != null) {
            backlog.deliveryBegins();
            try {
                list.each(call);
                dropIfIdle(list);
            } finally {
                backlog.deliveryIsOver();
            }
        }
    }

    private void deliver(Broadcast broadcast, @Nullable Subscriber except) {
        TopicSubscribers list = topics.get(broadcast.topic());
        if (list != null) {
            backlog.deliveryBegins();
            try {
                list.deliver(broadcast, except);
                dropIfIdle(list);
            } finally {
                backlog.deliveryIsOver();
            }
        }
    }

    /** For any thread. */
    int subscriptionCount() {
        return subscriptions.get();
    }

    /** How many subscribers a topic has here. For any thread, which sees what there was a moment ago. */
    int count(String topic) {
        TopicSubscribers list = topics.get(topic);
        return list == null ? 0 : list.size();
    }

    /** Adds this loop's subscriber counts to a map. On the loop only. */
    void count(Map<String, Integer> into) {
        topics.values().forEach(list -> into.merge(list.topic, list.size(), Integer::sum));
    }
}
