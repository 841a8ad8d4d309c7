package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
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
        this.inbox = new Inbox("broadcasts of " + topic);
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
        kit.endpoint().broadcastFrom(subscription, topic, event, payload);
        kit.settle();
    }

    /**
     * Asserts that exactly this was broadcast, and takes it.
     *
     * @throws AssertionError if not; shows all that was broadcast
     */
    public Subscribed assertBroadcast(String event, Object payload) {
        Payload expected = Payload.of(payload).encoded(kit.endpoint().codec());
        take(event, Inbox.described(event, expected), item -> Json.same(item.payload(), expected));
        return this;
    }

    /**
     * Asserts that an event was broadcast with a payload of this class, and takes it.
     *
     * @return the payload of the first one, for further assertions
     * @throws AssertionError if not; shows all that was broadcast
     */
    public <T> T assertBroadcast(String event, Class<T> type) {
        Item item = take(event, event + " with a " + type.getSimpleName(), i -> kit.fits(i.payload(), type));
        return item.payload().as(type, kit.endpoint().codec());
    }

    /**
     * Asserts that no broadcast of this event is left.
     *
     * @throws AssertionError if one is; shows all that was broadcast
     */
    public Subscribed refuteBroadcast(String event) {
        kit.settle();
        Predicate<Item> unwanted = item -> item.name().equals(event);
        if (inbox.isThere(unwanted)) {
            throw inbox.failure("refuteBroadcast", "no " + event, unwanted);
        }
        return this;
    }

    private Item take(String event, String expected, Predicate<Item> wanted) {
        Predicate<Item> near = item -> item.name().equals(event);
        return kit.await(
                patience, () -> inbox.take(near.and(wanted)), () -> inbox.failure("assertBroadcast", expected, near));
    }
}
