package dev.simurgh.testkit;

import dev.simurgh.channel.Socket;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Ref;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One join of one client, whether it was let in or not: what came for it, and how it ended. */
final class Join {
    private static final Set<String> KEPT = Set.of(Protocol.POSITION, Protocol.RECOVERED);

    final ChannelCase kit;
    final Connected client;
    final String topic;
    final Ref ref;
    final @Nullable Subscribed subscribed;
    final Inbox inbox;
    final PresenceList presences = new PresenceList();
    private final Set<Ref> pushed = Collections.newSetFromMap(new IdentityHashMap<>());

    @Nullable
    StopReason stopped;

    /** Of a kept topic: up to where the client has everything. */
    private @Nullable String position;

    private @Nullable Boolean recovered;

    Join(ChannelCase kit, Connected client, String topic, Ref ref, @Nullable Subscribed subscribed) {
        this.kit = kit;
        this.client = client;
        this.topic = topic;
        this.ref = ref;
        this.subscribed = subscribed;
        this.inbox = new Inbox(kit, topic);
    }

    /** What tells a position is for the client's library, as it were, and not for its application. */
    void arrived(Wire.Arrived arrived) {
        Inbox.Item item = arrived.item();
        if (!arrived.position().isNone()) {
            position = arrived.position().text();
        }
        if (item.isReplyTo(ref)
                && item.payload() instanceof Payload.Json reply
                && kit.endpoint().backstage().keeps(topic)) {
            reply.member(Protocol.POSITION).flatMap(Payload.Json::string).ifPresent(told -> position = told);
            reply.member(Protocol.RECOVERED)
                    .ifPresent(told -> recovered = told.toString().equals("true"));
            inbox.add(new Inbox.Item(item.kind(), item.ref(), item.name(), Json.without(reply, KEPT)));
        } else if (!arrived.isPosition()) {
            inbox.add(item);
            presences.arrived(item);
        }
    }

    String position() {
        if (position == null) {
            throw inbox.failure("position", "that of a kept topic", "");
        }
        return position;
    }

    /** Whether the client was told that it gets everything it has missed; null if it was told nothing of that. */
    @Nullable
    Boolean recovered() {
        return recovered;
    }

    Ref push(String event, Object payload) {
        Ref pushRef = kit.nextRef();
        pushed.add(pushRef);
        client.send(ref, pushRef, topic, event, payload);
        return pushRef;
    }

    /** Replies to others are in other inboxes: to ask for them here would find nothing, and a refutation would always pass. */
    Ref own(Ref asked) {
        if (!pushed.contains(asked)) {
            throw new IllegalArgumentException("ref: " + asked.text() + " on " + topic
                    + " (expected: what push or leave of this very join returned)");
        }
        return asked;
    }

    void threw(Throwable thrown) {
        kit.thrown().add(this, "channel " + topic, thrown);
        inbox.crashed(thrown);
    }

    /** Does something with the channel and its socket on the mailbox, and waits for the outcome. */
    <T> T onMailbox(String verb, BiFunction<Object, Socket, T> code) {
        AtomicReference<@Nullable Supplier<T>> outcome = new AtomicReference<>();
        if (stopped == null) {
            client.inspect(topic, (channel, socket) -> outcome.set(attempt(code, channel, socket)));
        }
        return kit.await(kit.patience(), outcome::get, () -> stopFailure(verb, "joined"))
                .get();
    }

    /** What the code throws is for the test to see, and must not crash the channel. */
    private static <T> Supplier<T> attempt(BiFunction<Object, Socket, T> code, Object channel, Socket socket) {
        try {
            T done = code.apply(channel, socket);
            return () -> done;
        } catch (RuntimeException | AssertionError e) {
            return () -> {
                throw e;
            };
        }
    }

    AssertionError stopFailure(String assertion, String expected) {
        StopReason reason = stopped;
        return inbox.failure(
                assertion, expected, reason == null ? "joined" : "stopped: " + reason.kind() + ", " + reason);
    }
}
