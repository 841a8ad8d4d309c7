package dev.simurgh.testkit;

import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.testkit.Inbox.Item;
import dev.simurgh.testkit.Inbox.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client on a topic that it has joined, with an inbox of what the client got there.
 *
 * <p>Payloads are compared as JSON values, and exactly: the order of keys does not matter, and one field more makes a difference. So is a
 * class, where one is given: the payload has all that the class would encode to, and nothing else. Each assertion has its refutation. An
 * assertion takes what it has found out of the inbox; what it did not ask for stays. A failure shows what was expected, what came
 * instead, and the whole inbox, in an {@link AssertionError}.
 */
public final class Joined {
    private static final String TIME_STANDS_STILL =
            "\n  Time stands still, and a topic is told of changes at most once in the"
                    + " diffInterval of its Presence (expected: chat.clock().advance(Duration.ofMillis(50)), or a Presence with"
                    + " diffInterval(Duration.ZERO)).";

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
     * @throws AssertionError if it is not exactly of the class
     */
    public <T> T reply(Class<T> type) {
        String misfit = Fit.misfit(reply.payload(), type, codec());
        if (!misfit.isEmpty()) {
            throw join.inbox.failure("reply", "ok with a " + type.getSimpleName(), reply + "  (" + misfit + ")");
        }
        return as(reply, type);
    }

    /**
     * Up to where the client has everything of a kept topic: what it would send to {@link Connected#resumeFrom}.
     *
     * @throws AssertionError if the topic is not kept
     */
    public String position() {
        join.kit.settle();
        return join.position();
    }

    /** Asserts that the client was told, when it joined with a position, that it gets everything it has missed. */
    public Joined assertRecovered() {
        return recovered("assertRecovered", true);
    }

    /** Asserts that the client was told, when it joined with a position, that it does not get everything it has missed. */
    public Joined refuteRecovered() {
        return recovered("refuteRecovered", false);
    }

    private Joined recovered(String assertion, boolean expected) {
        Boolean told = join.recovered();
        if (told == null || told != expected) {
            throw join.inbox.failure(
                    assertion,
                    "recovered: " + expected,
                    told == null
                            ? "told nothing of that: it joined without a position, or the topic is not kept"
                            : "recovered: " + told);
        }
        return this;
    }

    /**
     * The same, with assertions that wait in real time for what other threads bring: those of the application, or of {@link
     * ChannelCase.Builder#scheduler}. They return as soon as it is there. What is refuted is
     * looked for once: with a scheduler when nothing runs on it any more, and the limit is for that; {@link Duration#ZERO} looks now.
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
        return join.push(event, payload);
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
        join.kit.endpoint().broadcast(join.topic, event, join.kit.encoded(payload));
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
        take("assertReply", reply(ref, status).with(join.kit.encoded(payload)));
        return this;
    }

    /**
     * Asserts that a push was answered with this status and a payload that is exactly of this class.
     *
     * @return the payload, for further assertions
     */
    public <T> T assertReply(Ref ref, String status, Class<T> type) {
        return as(take("assertReply", reply(ref, status).with(type, codec())), type);
    }

    /**
     * Asserts that a push was answered with this status and a payload that is exactly of this class, and matches.
     *
     * @return the payload, for further assertions
     */
    public <T> T assertReply(Ref ref, String status, Class<T> type, Predicate<? super T> matching) {
        return as(take("assertReply", reply(ref, status).with(type, matching, codec())), type);
    }

    /** Asserts that there is no reply to a push, or none that has not been asserted. */
    public Joined refuteReply(Ref ref) {
        return refute("refuteReply", Wanted.reply(join.own(ref)));
    }

    /** Asserts that there is no reply of this status to a push. */
    public Joined refuteReply(Ref ref, String status) {
        return refute("refuteReply", reply(ref, status));
    }

    /** Asserts that a push was not answered with exactly this. */
    public Joined refuteReply(Ref ref, String status, Object payload) {
        return refute("refuteReply", reply(ref, status).with(join.kit.encoded(payload)));
    }

    /** Asserts that a push was not answered with this status and a payload that is exactly of this class. */
    public Joined refuteReply(Ref ref, String status, Class<?> type) {
        return refute("refuteReply", reply(ref, status).with(type, codec()));
    }

    /** Asserts that a push was not answered with this status and a payload that is exactly of this class, and matches. */
    public <T> Joined refuteReply(Ref ref, String status, Class<T> type, Predicate<? super T> matching) {
        return refute("refuteReply", reply(ref, status).with(type, matching, codec()));
    }

    private Wanted reply(Ref ref, String status) {
        return Wanted.reply(join.own(ref), status);
    }

    // Pushes.

    /**
     * Asserts that exactly this came to the client, anywhere in the inbox. A broadcast that is not intercepted comes like a push.
     */
    public Joined assertPush(String event, Object payload) {
        take("assertPush", Wanted.push(event).with(join.kit.encoded(payload)));
        return this;
    }

    /**
     * Asserts that an event came to the client with a payload that is exactly of this class, anywhere in the inbox.
     *
     * @return the payload of the first one, for further assertions
     */
    public <T> T assertPush(String event, Class<T> type) {
        return as(take("assertPush", Wanted.push(event).with(type, codec())), type);
    }

    /**
     * Asserts that an event came to the client with a payload that is exactly of this class, and matches, anywhere in the inbox.
     *
     * @return the payload of the first one that matches
     */
    public <T> T assertPush(String event, Class<T> type, Predicate<? super T> matching) {
        return as(take("assertPush", Wanted.push(event).with(type, matching, codec())), type);
    }

    /** Asserts that these are all the pushes of the inbox, in this order: one event with these payloads. */
    public Joined assertPushes(String event, Object... payloads) {
        return assertPushes(
                Stream.of(payloads).map(payload -> new Pushed(event, payload)).toArray(Pushed[]::new));
    }

    /** Asserts that these are all the pushes of the inbox, in this order. */
    public Joined assertPushes(Pushed... pushes) {
        List<Item> expected = Stream.of(pushes)
                .map(push -> new Item(Kind.PUSH, Ref.NONE, push.event(), join.kit.encoded(push.payload())))
                .toList();
        join.kit.rest(patience, "assertPushes on " + topic()); // more may come behind those that are expected
        join.kit.await(
                patience,
                () -> join.inbox.takeAll(Item::isPush, expected) ? this : null,
                () -> join.inbox.failure(
                        "assertPushes",
                        expected.isEmpty() ? "no push" : Inbox.lines(expected),
                        Inbox.lines(join.inbox.find(Item::isPush))));
        return this;
    }

    /** Asserts that no push is left in the inbox. */
    public Joined refutePush() {
        return refute("refutePush", Wanted.push());
    }

    /** Asserts that no push of this event is left in the inbox. */
    public Joined refutePush(String event) {
        return refute("refutePush", Wanted.push(event));
    }

    /** Asserts that no push of exactly this is left in the inbox. */
    public Joined refutePush(String event, Object payload) {
        return refute("refutePush", Wanted.push(event).with(join.kit.encoded(payload)));
    }

    /** Asserts that no push of this event with a payload that is exactly of this class is left in the inbox. */
    public Joined refutePush(String event, Class<?> type) {
        return refute("refutePush", Wanted.push(event).with(type, codec()));
    }

    /** Asserts that no push of this event with a payload that is exactly of this class, and matches, is left in the inbox. */
    public <T> Joined refutePush(String event, Class<T> type, Predicate<? super T> matching) {
        return refute("refutePush", Wanted.push(event).with(type, matching, codec()));
    }

    // Presences.

    /**
     * Asserts that the client sees a key as present, with exactly these metas in any order, or, if none are given, with any. It sees what {@code Presence} of phoenix.js
     * makes of the events {@code presence_state} and {@code presence_diff}. A meta is a record, a map or whatever the codec encodes; {@code phx_ref} and {@code phx_ref_prev} do not count. Takes
     * those events out of the inbox.
     */
    public Joined assertPresence(String key, Object... metas) {
        List<Payload> wanted = encoded(metas);
        return presences(
                patience,
                "assertPresence",
                () -> join.presences.has(key, wanted),
                (key + " " + shown(wanted, ", ")).strip());
    }

    /** Asserts that the client sees exactly these keys as present, nobody else; none at all if none are given. As {@link #assertPresence}. */
    public Joined assertPresences(String... keys) {
        return presences(
                patience,
                "assertPresences",
                () -> join.presences.isKnown() && join.presences.all().keySet().equals(new HashSet<>(List.of(keys))),
                keys.length == 0 ? "nobody" : String.join(", ", keys));
    }

    /**
     * Asserts that the client has a list and does not see a key in it, or, if metas are given, not with any of these. As {@link #assertPresence}. It sees what it has been told by now: what waits
     * for the {@code diffInterval} comes when the test advances the clock.
     */
    public Joined refutePresence(String key, Object... metas) {
        List<Payload> unwanted = encoded(metas);
        join.kit.rest(patience, "refutePresence on " + topic());
        return presences(
                Duration.ZERO,
                "refutePresence",
                () -> join.presences.isKnown() && !join.presences.hasAny(key, unwanted),
                ("not " + key + " " + shown(unwanted, " or ")).strip());
    }

    /** Whom the client sees as present: by key an object with the {@code metas}, refs and all, and what the server's fetch has added. */
    public Map<String, Payload> presences() {
        join.kit.rest(patience, "presences of " + topic());
        return join.presences.all();
    }

    private Joined presences(Duration limit, String assertion, BooleanSupplier seen, String expected) {
        join.kit.await(
                limit,
                () -> seen.getAsBoolean() ? this : null,
                () -> join.inbox.failure(
                        assertion, expected, join.presences.lines(Inbox.NEXT_LINE), TIME_STANDS_STILL));
        join.inbox.takeAll(PresenceList::isOf);
        return this;
    }

    private List<Payload> encoded(Object... payloads) {
        return Stream.of(payloads).map(join.kit::encoded).toList();
    }

    private static String shown(List<Payload> metas, String between) {
        return metas.stream().map(Json::show).collect(Collectors.joining(between));
    }

    // Broadcasts: each as in Subscribed.

    /**
     * Asserts that exactly this was broadcast to the topic, before any channel intercepts it.
     *
     * @throws IllegalStateException after {@code join} instead of {@code subscribeAndJoin}
     */
    public Joined assertBroadcast(String event, Object payload) {
        broadcasts().assertBroadcast(event, payload);
        return this;
    }

    /**
     * Asserts that an event was broadcast to the topic with a payload that is exactly of this class.
     *
     * @return the payload of the first one, for further assertions
     * @throws IllegalStateException after {@code join} instead of {@code subscribeAndJoin}
     */
    public <T> T assertBroadcast(String event, Class<T> type) {
        return broadcasts().assertBroadcast(event, type);
    }

    /**
     * Asserts that an event was broadcast to the topic with a payload that is exactly of this class, and matches.
     *
     * @return the payload of the first one that matches
     * @throws IllegalStateException after {@code join} instead of {@code subscribeAndJoin}
     */
    public <T> T assertBroadcast(String event, Class<T> type, Predicate<? super T> matching) {
        return broadcasts().assertBroadcast(event, type, matching);
    }

    /**
     * Asserts that no broadcast is left.
     *
     * @throws IllegalStateException after {@code join} instead of {@code subscribeAndJoin}
     */
    public Joined refuteBroadcast() {
        broadcasts().refuteBroadcast();
        return this;
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

    /**
     * Asserts that no broadcast of exactly this is left.
     *
     * @throws IllegalStateException after {@code join} instead of {@code subscribeAndJoin}
     */
    public Joined refuteBroadcast(String event, Object payload) {
        broadcasts().refuteBroadcast(event, payload);
        return this;
    }

    /**
     * Asserts that no broadcast of this event with a payload that is exactly of this class is left.
     *
     * @throws IllegalStateException after {@code join} instead of {@code subscribeAndJoin}
     */
    public Joined refuteBroadcast(String event, Class<?> type) {
        broadcasts().refuteBroadcast(event, type);
        return this;
    }

    /**
     * Asserts that no broadcast of this event with a payload that is exactly of this class, and matches, is left.
     *
     * @throws IllegalStateException after {@code join} instead of {@code subscribeAndJoin}
     */
    public <T> Joined refuteBroadcast(String event, Class<T> type, Predicate<? super T> matching) {
        broadcasts().refuteBroadcast(event, type, matching);
        return this;
    }

    private Subscribed broadcasts() {
        if (join.subscribed == null) {
            throw new IllegalStateException(
                    "broadcasts of " + join.topic + " after join (expected: subscribeAndJoin instead of join)");
        }
        return join.subscribed.within(patience);
    }

    // The end.

    /**
     * Asserts that the channel has ended, and of what kind its reason is. With {@code CRASHED}, the exception is one that the test means, as
     * after {@link #assertCrashed()}.
     */
    public Joined assertStopped(StopReason.Kind kind) {
        StopReason reason = join.kit.await(
                patience,
                () -> join.stopped != null && join.stopped.kind() == kind ? join.stopped : null,
                () -> join.stopFailure("assertStopped", "stopped: " + kind));
        if (kind == StopReason.Kind.CRASHED) {
            reason.cause().ifPresent(crashes()::meant);
        }
        return this;
    }

    /** Asserts that the channel lives. */
    public Joined refuteStopped() {
        join.kit.rest(patience, "refuteStopped on " + topic());
        if (join.stopped != null) {
            throw join.stopFailure("refuteStopped", "joined");
        }
        return this;
    }

    /** Asserts that the channel lives, or has ended for a reason of another kind. */
    public Joined refuteStopped(StopReason.Kind kind) {
        join.kit.rest(patience, "refuteStopped on " + topic());
        if (join.stopped != null && join.stopped.kind() == kind) {
            throw join.stopFailure("refuteStopped", "not stopped: " + kind);
        }
        return this;
    }

    /**
     * Asserts that a callback of the channel has thrown, be it a handler or {@code terminate}. What has thrown and is not asserted fails
     * the test when its case is closed. An {@link AssertionError} is not meant: that takes {@link #assertCrashed(Class)}.
     */
    public Joined assertCrashed() {
        crashes().take(patience, "crashed", Crashes.any());
        return this;
    }

    /**
     * Asserts that a callback of the channel has thrown this.
     *
     * @return the first that was thrown and not asserted, for further assertions
     */
    public <T extends Throwable> T assertCrashed(Class<T> type) {
        return assertCrashed(type, thrown -> true);
    }

    /**
     * Asserts that a callback of the channel has thrown this, and that it matches.
     *
     * @return the first that matches and was not asserted
     */
    public <T extends Throwable> T assertCrashed(Class<T> type, Predicate<? super T> matching) {
        return type.cast(crashes().take(patience, Crashes.words(type), Crashes.of(type, matching)));
    }

    /** Asserts that no callback of the channel has thrown, or nothing that has not been asserted. */
    public Joined refuteCrashed() {
        return refuteCrashed(Throwable.class);
    }

    /** Asserts that no callback of the channel has thrown this. */
    public Joined refuteCrashed(Class<? extends Throwable> type) {
        return refuteCrashed(type, thrown -> true);
    }

    /** Asserts that no callback of the channel has thrown this, so that it matches. */
    public <T extends Throwable> Joined refuteCrashed(Class<T> type, Predicate<? super T> matching) {
        crashes()
                .refute(
                        patience,
                        "refuteCrashed on " + topic(),
                        "not " + Crashes.words(type),
                        Crashes.of(type, matching));
        return this;
    }

    private Crashes crashes() {
        return new Crashes(join.kit, join, (expected, thrown) -> join.inbox.failure("assertCrashed", expected, thrown));
    }

    private Item take(String assertion, Wanted wanted) {
        return join.inbox.take(patience, assertion, wanted);
    }

    private Joined refute(String assertion, Wanted unwanted) {
        join.inbox.refute(patience, assertion, unwanted);
        return this;
    }

    private PayloadCodec codec() {
        return join.kit.endpoint().codec();
    }

    private <T> T as(Item item, Class<T> type) {
        return item.payload().as(type, codec());
    }

    @Override
    public String toString() {
        return join.inbox.toString();
    }
}
