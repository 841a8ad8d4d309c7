package dev.simurgh.testkit;

import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.Subscription;
import dev.simurgh.testkit.Inbox.Item;
import dev.simurgh.testkit.Inbox.Kind;
import java.time.Duration;
import java.util.function.Predicate;

/** The broadcasts of a topic, as any subscriber of the endpoint gets them: before a channel intercepts them. */
public final class Subscribed {
    private final ChannelCase kit;
    private final String topic;
    private final Inbox inbox;
    private final Subscription subscription;
    private final Duration patience;

    Subscribed(ChannelCase kit, String topic) {
        this.kit = kit;
        this.topic = topic;
        this.inbox = new Inbox(kit, "broadcasts of " + topic);
        this.subscription = subscribe(kit, topic, inbox);
        this.patience = kit.patience();
    }

    private Subscribed(Subscribed that, Duration patience) {
        this.kit = that.kit;
        this.topic = that.topic;
        this.inbox = that.inbox;
        this.subscription = that.subscription;
        this.patience = patience;
    }

    private static Subscription subscribe(ChannelCase kit, String topic, Inbox inbox) {
        return kit.endpoint()
                .subscribe(
                        topic,
                        broadcast ->
                                inbox.add(new Item(Kind.BROADCAST, Ref.NONE, broadcast.event(), broadcast.payload())));
    }

    /** The same, with assertions that wait in real time for what other threads bring, as in {@link Joined#within}. */
    public Subscribed within(Duration limit) {
        return new Subscribed(this, limit);
    }

    /** Broadcasts to all but this subscriber. */
    void broadcastFrom(String event, Object payload) {
        kit.settle();
        kit.endpoint().broadcastFrom(subscription, topic, event, kit.encoded(payload));
        kit.settle();
    }

    /**
     * Asserts that exactly this was broadcast, and takes it.
     *
     * @throws AssertionError if not; shows all that was broadcast
     */
    public Subscribed assertBroadcast(String event, Object payload) {
        take(Wanted.broadcast(event).with(kit.encoded(payload)));
        return this;
    }

    /**
     * Asserts that an event was broadcast with a payload that is exactly of this class, and takes it.
     *
     * @return the payload of the first one, for further assertions
     * @throws AssertionError if not; shows all that was broadcast
     */
    public <T> T assertBroadcast(String event, Class<T> type) {
        return as(take(Wanted.broadcast(event).with(type, codec())), type);
    }

    /**
     * Asserts that an event was broadcast with a payload that is exactly of this class, and matches, and takes it.
     *
     * @return the payload of the first one that matches
     * @throws AssertionError if not; shows all that was broadcast
     */
    public <T> T assertBroadcast(String event, Class<T> type, Predicate<? super T> matching) {
        return as(take(Wanted.broadcast(event).with(type, matching, codec())), type);
    }

    /**
     * Asserts that no broadcast is left.
     *
     * @throws AssertionError if one is; shows all that was broadcast
     */
    public Subscribed refuteBroadcast() {
        return refute(Wanted.broadcast());
    }

    /**
     * Asserts that no broadcast of this event is left.
     *
     * @throws AssertionError if one is; shows all that was broadcast
     */
    public Subscribed refuteBroadcast(String event) {
        return refute(Wanted.broadcast(event));
    }

    /**
     * Asserts that no broadcast of exactly this is left.
     *
     * @throws AssertionError if one is; shows all that was broadcast
     */
    public Subscribed refuteBroadcast(String event, Object payload) {
        return refute(Wanted.broadcast(event).with(kit.encoded(payload)));
    }

    /**
     * Asserts that no broadcast of this event with a payload that is exactly of this class is left.
     *
     * @throws AssertionError if one is; shows all that was broadcast
     */
    public Subscribed refuteBroadcast(String event, Class<?> type) {
        return refute(Wanted.broadcast(event).with(type, codec()));
    }

    /**
     * Asserts that no broadcast of this event with a payload that is exactly of this class, and matches, is left.
     *
     * @throws AssertionError if one is; shows all that was broadcast
     */
    public <T> Subscribed refuteBroadcast(String event, Class<T> type, Predicate<? super T> matching) {
        return refute(Wanted.broadcast(event).with(type, matching, codec()));
    }

    private Item take(Wanted wanted) {
        return inbox.take(patience, "assertBroadcast", wanted);
    }

    private Subscribed refute(Wanted unwanted) {
        inbox.refute(patience, "refuteBroadcast", unwanted);
        return this;
    }

    private PayloadCodec codec() {
        return kit.endpoint().codec();
    }

    private <T> T as(Item item, Class<T> type) {
        return item.payload().as(type, codec());
    }
}
