package dev.simurgh.channel;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.Subscriber;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a subscriber outside of channels, which may take its time: what waits for it is counted in bytes, and what is too much is
 * dropped. One broadcast is always taken, however big.
 */
final class OutsideSubscriber implements Subscriber {
    private static final Logger log = LoggerFactory.getLogger(OutsideSubscriber.class);

    private final Subscriber subscriber;
    private final EventLoop order;
    private final long maxBytes;
    private final ClientLog clientLog;
    private final Runnable whenDropped;
    private final AtomicLong waiting = new AtomicLong();

    OutsideSubscriber(
            Subscriber subscriber, EventLoop order, long maxBytes, ClientLog clientLog, Runnable whenDropped) {
        this.subscriber = subscriber;
        this.order = order;
        this.maxBytes = maxBytes;
        this.clientLog = clientLog;
        this.whenDropped = whenDropped;
    }

    @Override
    public void deliver(Broadcast broadcast) {
        long weight = broadcast.pinnedBytes();
        long before = waiting.getAndAdd(weight);
        if (before > 0 && before + weight > maxBytes) {
            waiting.addAndGet(-weight);
            whenDropped.run();
            return;
        }
        try {
            order.execute(() -> {
                try {
                    subscriber.deliver(broadcast);
                } catch (Throwable thrown) { // an Error, too, is the subscriber's; clients may set it off with each
                    // broadcast
                    clientLog.failure(log, thrown, "subscriber of {} failed", broadcast.topic());
                } finally {
                    waiting.addAndGet(-weight);
                }
            });
        } catch (RejectedExecutionException e) { // the endpoint has been closed
            waiting.addAndGet(-weight);
            whenDropped.run();
        }
    }
}
