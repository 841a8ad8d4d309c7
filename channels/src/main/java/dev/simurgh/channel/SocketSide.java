package dev.simurgh.channel;

import dev.simurgh.protocol.Ref;
import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import java.time.Duration;
import java.util.Optional;

/** One join, as its {@link Socket} and {@link SocketRef}s see it. For any thread, but for {@link #ref}. */
interface SocketSide extends Lifetime {
    Environment environment();

    String topic();

    String topicRest();

    Assigns assigns();

    Optional<String> id();

    String transportName();

    void push(String event, Object payload);

    /** As {@link #push}, if the event loop is not behind; else tells what waits for it, and nothing is sent. */
    Optional<Backlog> offer(String event, Object payload);

    void broadcast(String event, Object payload);

    void broadcastFrom(String event, Object payload);

    void localBroadcast(String event, Object payload);

    void localBroadcastFrom(String event, Object payload);

    /** What {@link #broadcast} broadcasts. */
    Broadcast toBroadcast(String event, Object payload);

    /** Who gets the topic's broadcasts for this join. */
    Subscriber subscriber();

    void send(Object message);

    TimerRef sendAfter(Duration delay, Object message);

    /** A timer of {@link #sendAfter} was cancelled. */
    void forget(TimerRef timer);

    Subscription subscribe(String topic);

    void atEnd(Runnable task);

    /** Has a task run behind the reply that lets the client in; at once if it is in. */
    void afterJoin(Runnable task);

    /** Why it has ended. */
    StopReason stopReason();

    /** The ref of the message that is being handled. On the mailbox only. */
    Ref ref();

    void reply(Ref ref, String status, Object payload);
}
