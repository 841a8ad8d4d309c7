package dev.simurgh.pubsub;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscribers that one topic has on one event loop; touched by that loop only.
 *
 * <p>A dense array, in which each subscription knows its place: adding appends, removing moves the last one into the gap, both
 * O(1). While a broadcast walks the array (delivering may end subscriptions, for example by closing a slow connection) a
 * removal only leaves a hole, since moving the last one could make it miss the broadcast or get it twice; the holes are closed
 * when the walk is over. Subscriptions added during a walk do not take part in it.
 */
final class TopicSubscribers {
    private static final Logger log = LoggerFactory.getLogger(TopicSubscribers.class);

    final String topic;
    private @Nullable Subscription[] members = new Subscription[2];
    private int end;
    private int size;
    private int walks;

    TopicSubscribers(String topic) {
        this.topic = topic;
    }

    int size() {
        return size;
    }

    boolean isIdle() {
        return size == 0 && walks == 0;
    }

    void add(Subscription subscription) {
        if (end == members.length) {
            members = Arrays.copyOf(members, end + (end >> 1) + 2);
        }
        subscription.list = this;
        subscription.index = end;
        members[end++] = subscription;
        size++;
    }

    void remove(Subscription subscription) {
        subscription.list = null;
        size--;
        members[subscription.index] = null;
        if (walks == 0) {
            fill(subscription.index);
        }
    }

    void deliver(Broadcast broadcast, @Nullable Subscriber except) {
        walks++;
        for (int i = 0, last = end; i < last; i++) {
            Subscription subscription = members[i];
            if (subscription != null) {
                guardedDeliver(broadcast, subscription.subscriber, except);
            }
        }
        if (--walks == 0 && size < end) {
            closeHoles();
        }
    }

    /** Tells each of them something that is no broadcast. */
    void each(Consumer<Subscriber> call) {
        walks++;
        for (int i = 0, last = end; i < last; i++) {
            Subscription subscription = members[i];
            if (subscription != null) {
                guarded(call, subscription.subscriber);
            }
        }
        if (--walks == 0 && size < end) {
            closeHoles();
        }
    }

    private void guarded(Consumer<Subscriber> call, Subscriber subscriber) {
        try {
            call.accept(subscriber);
        } catch (Throwable thrown) { // as below
            log.error("subscriber of {} failed", topic, thrown);
        }
    }

    private void guardedDeliver(Broadcast broadcast, Subscriber subscriber, @Nullable Subscriber except) {
        try {
            if (subscriber == except) {
                subscriber.passedOver(broadcast);
            } else {
                subscriber.deliver(broadcast);
            }
        } catch (Throwable thrown) { // an Error, too, must not cost the others their copy and the list its walk count
            log.error("subscriber of {} failed on {}", topic, broadcast.event(), thrown);
        }
    }

    private void fill(int hole) {
        Subscription last = members[--end];
        members[end] = null;
        if (last != null) {
            last.index = hole;
            members[hole] = last;
        }
    }

    private void closeHoles() {
        int to = 0;
        for (int from = 0; from < end; from++) {
            Subscription subscription = members[from];
            if (subscription != null) {
                subscription.index = to;
                members[to++] = subscription;
            }
        }
        Arrays.fill(members, to, end, null);
        end = to;
    }
}
