package dev.simurgh.testkit;

import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.testkit.Inbox.Item;
import dev.simurgh.testkit.Inbox.Kind;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A client on a topic that it has joined, with an inbox of what the client got there.
 *
 * <p>Payloads are compared as JSON values, and exactly: the order of keys does not matter, and one field more makes a difference. An
 * assertion takes what it has found out of the inbox; what it did not ask for stays. A failure shows what was expected, what came
 * instead, and the whole inbox, in an {@link AssertionError}.
 */
public final class Joined {
    private final Join join;
    private final Item reply;
    private final Duration patience;

    Joined(Join join, Item reply, Duration patience) {
        this.join = join;
        this.reply = reply;
        this.patience = patience;
    }

    /** The topic. */
    public String topic() {
        return join.topic;
    }

    /**
     * The reply to the join.
     *
     * @throws dev.simurgh.protocol.PayloadException if it does not fit the class
     */
    public <T> T reply(Class<T> type) {
        return reply.payload().as(type, join.kit.endpoint().codec());
    }

    /**
     * The same, with assertions that wait in real time for what other threads bring: those of the application, or of {@link
     * ChannelCase.Builder#scheduler}. They return as soon as it is there. What is refuted is looked for once, now.
     */
    public Joined within(Duration limit) {
        return new Joined(join, reply, limit);
    }

    // What the client does.

    /** As {@link #push(String, Object)}, with an empty payload. */
    public Ref push(String event) {
        return push(event, Payload.EMPTY);
    }

    /**
     * Pushes as the client. The payload is a record, a map or whatever the codec encodes, bytes, or a {@link Payload}.
     *
     * @return names the reply, for {@code assertReply}
     */
    public Ref push(String event, Object payload) {
        Ref ref = join.client.nextRef();
        join.client.send(join.ref, ref, join.topic, event, payload);
        return ref;
    }

    /** Leaves the topic; the reply is ok and empty. */
    public Ref leave() {
        return push(Protocol.PHX_LEAVE);
    }

    /** Breaks the client's connection off, and with it all its channels. */
    public void close() {
        join.client.close();
    }

    // What the rest of the application does.

    /** Broadcasts to all subscribers of the topic, this client and this test among them. */
    public Joined broadcast(String event, Object payload) {
        join.kit.endpoint().broadcast(join.topic, event, payload);
        join.kit.settle();
        return this;
    }

    /** Broadcasts to all subscribers of the topic, this client among them, but not to this test: {@code assertBroadcast} misses it. */
    public Joined broadcastFrom(String event, Object payload) {
        if (join.subscribed == null) {
            return broadcast(event, payload);
        }
        join.subscribed.broadcastFrom(event, payload);
        return this;
    }

    /**
     * Sends a message to the channel, for its {@code handleInfo}.
     *
     * @throws AssertionError if the channel has ended
     */
    public Joined send(Object message) {
        join.onMailbox("send", (channel, socket) -> {
            socket.send(message);
            return message;
        });
        return this;
    }

    /**
     * The channel object of this join, to look at its state. With a {@link ChannelCase.Builder#scheduler} use {@link #inspect}.
     *
     * @throws AssertionError if the channel has ended
     */
    public <C> C channel(Class<C> type) {
        return join.onMailbox("channel", (channel, socket) -> type.cast(channel));
    }

    /**
     * Looks at the channel object of this join on its mailbox, behind all that waits there. What the look throws is thrown here.
     *
     * @throws AssertionError if the channel has ended
     */
    public <C> Joined inspect(Class<C> type, Consumer<? super C> look) {
        join.onMailbox("inspect", (channel, socket) -> {
            look.accept(type.cast(channel));
            return channel;
        });
        return this;
    }

    // Replies.

    /** Asserts that a push or leave was answered with exactly this. */
    public Joined assertReply(Ref ref, String status, Object payload) {
        Payload expected = join.encoded(payload);
        takeReply(ref, status, Inbox.described(status, expected), item -> Json.same(item.payload(), expected));
        return this;
    }

    /**
     * Asserts that a push was answered with this status and a payload of this class.
     *
     * @return the payload, for further assertions
     */
    public <T> T assertReply(Ref ref, String status, Class<T> type) {
        return join.as(takeReply(ref, status, status + " with a " + type.getSimpleName(), join.isA(type)), type);
    }

    private Item takeReply(Ref ref, String status, String expected, Predicate<Item> wanted) {
        return join.take(
                patience,
                "assertReply",
                "reply to " + ref.text() + ": " + expected,
                item -> item.isReplyTo(ref),
                item -> item.name().equals(status) && wanted.test(item));
    }

    /** Asserts that there is no reply to a push, or none that has not been asserted. */
    public Joined refuteReply(Ref ref) {
        return refute("refuteReply", "no reply to " + ref.text(), item -> item.isReplyTo(ref));
    }

    // Pushes.

    /**
     * Asserts that exactly this came to the client, anywhere in the inbox. A broadcast that is not intercepted comes like a push.
     */
    public Joined assertPush(String event, Object payload) {
        Payload expected = join.encoded(payload);
        takePush(event, Inbox.described(event, expected), item -> Json.same(item.payload(), expected));
        return this;
    }

    /**
     * Asserts that an event came to the client with a payload of this class, anywhere in the inbox.
     *
     * @return the payload of the first one, for further assertions
     */
    public <T> T assertPush(String event, Class<T> type) {
        return join.as(takePush(event, event + " with a " + type.getSimpleName(), join.isA(type)), type);
    }

    /**
     * Asserts that an event came to the client with a payload of this class that matches, anywhere in the inbox.
     *
     * @return the payload of the first one that matches
     */
    public <T> T assertPush(String event, Class<T> type, Predicate<? super T> matching) {
        String expected = event + " with a " + type.getSimpleName() + " that matches";
        Predicate<Item> wanted = join.isA(type).and(item -> matching.test(join.as(item, type)));
        return join.as(takePush(event, expected, wanted), type);
    }

    private Item takePush(String event, String expected, Predicate<Item> wanted) {
        return join.take(patience, "assertPush", expected, item -> item.isPush(event), wanted);
    }

    /** Asserts that these are all the pushes of the inbox, in this order: one event with these payloads. */
    public Joined assertPushes(String event, Object... payloads) {
        return assertPushes(
                Stream.of(payloads).map(payload -> new Pushed(event, payload)).toArray(Pushed[]::new));
    }

    /** Asserts that these are all the pushes of the inbox, in this order. */
    public Joined assertPushes(Pushed... pushes) {
        List<Item> expected = Stream.of(pushes)
                .map(push -> new Item(Kind.PUSH, Ref.NONE, push.event(), join.encoded(push.payload())))
                .toList();
        join.kit.await(patience, () -> join.inbox.takeAll(Item::isPush, expected) ? this : null, () -> {
            String all = expected.isEmpty() ? "no push" : Inbox.lines(expected);
            return join.inbox.failure("assertPushes", all, Item::isPush);
        });
        return this;
    }

    /** Asserts that no push is left in the inbox. */
    public Joined refutePush() {
        return refute("refutePush", "no push", Item::isPush);
    }

    /** Asserts that no push of this event is left in the inbox. */
    public Joined refutePush(String event) {
        return refute("refutePush", "no " + event, item -> item.isPush(event));
    }

    /** Asserts that no push of exactly this is left in the inbox. */
    public Joined refutePush(String event, Object payload) {
        Payload unwanted = join.encoded(payload);
        return refute(
                "refutePush",
                "no " + Inbox.described(event, unwanted),
                item -> item.isPush(event) && Json.same(item.payload(), unwanted));
    }

    // Broadcasts.

    /**
     * Asserts that exactly this was broadcast to the topic, before any channel intercepts it.
     *
     * @throws IllegalStateException after {@code join} instead of {@code subscribeAndJoin}
     */
    public Joined assertBroadcast(String event, Object payload) {
        broadcasts().within(patience).assertBroadcast(event, payload);
        return this;
    }

    /**
     * Asserts that an event was broadcast to the topic with a payload of this class.
     *
     * @return the payload of the first one, for further assertions
     * @throws IllegalStateException after {@code join} instead of {@code subscribeAndJoin}
     */
    public <T> T assertBroadcast(String event, Class<T> type) {
        return broadcasts().within(patience).assertBroadcast(event, type);
    }

    /**
     * Asserts that no broadcast of this event is left.
     *
     * @throws IllegalStateException after {@code join} instead of {@code subscribeAndJoin}
     */
    public Joined refuteBroadcast(String event) {
        broadcasts().refuteBroadcast(event);
        return this;
    }

    private Subscribed broadcasts() {
        if (join.subscribed == null) {
            throw new IllegalStateException(
                    "broadcasts of " + join.topic + " after join (expected: subscribeAndJoin instead of join)");
        }
        return join.subscribed;
    }

    // The end.

    /** Asserts that the channel has ended, and of what kind its reason is. */
    public Joined assertStopped(StopReason.Kind kind) {
        join.kit.await(
                patience,
                () -> join.stopped != null && join.stopped.kind() == kind ? this : null,
                () -> join.stopFailure("assertStopped", "stopped: " + kind));
        return this;
    }

    /** Asserts that the channel lives. */
    public Joined refuteStopped() {
        join.kit.settle();
        if (join.stopped != null) {
            throw join.stopFailure("refuteStopped", "joined");
        }
        return this;
    }

    private Joined refute(String assertion, String expected, Predicate<Item> unwanted) {
        join.refute(assertion, expected, unwanted);
        return this;
    }

    @Override
    public String toString() {
        return join.inbox.toString();
    }
}
