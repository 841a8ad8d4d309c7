package dev.simurgh.journal;

import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.Subscriber;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives broadcasts to the event loops one after the other, without a lock: whoever comes while another does so leaves it to that one. */
final class Outlet {
    private static final Logger log = LoggerFactory.getLogger(Outlet.class);

    /** Without a broadcast it is the word that the topic's history is another now. */
    private record Ready(
            String topic,
            @Nullable Broadcast broadcast,
            @Nullable Subscriber except) {}

    private final PubSub pubsub;
    private final ConcurrentLinkedQueue<Ready> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger flushes = new AtomicInteger();

    Outlet(PubSub pubsub) {
        this.pubsub = pubsub;
    }

    /** In the order in which this is called. */
    void add(Broadcast broadcast, @Nullable Subscriber except) {
        queue.add(new Ready(broadcast.topic(), broadcast, except));
    }

    /** That the history of the topic is another now. */
    void addRewound(String topic) {
        queue.add(new Ready(topic, null, null));
    }

    void flush() {
        if (queue.isEmpty() || flushes.getAndIncrement() > 0) {
            return;
        }
        int seen = flushes.get();
        do {
            for (Ready ready = queue.poll(); ready != null; ready = queue.poll()) {
                deliver(ready);
            }
            seen = flushes.addAndGet(-seen);
        } while (seen > 0);
    }

    private void deliver(Ready ready) {
        try {
            if (ready.broadcast == null) {
                pubsub.rewound(ready.topic);
            } else {
                pubsub.deliver(ready.broadcast, ready.except);
            }
        } catch (Throwable thrown) { // an Error, too, must not keep what comes behind it
            log.error("{} was not delivered", ready, thrown);
        }
    }
}
