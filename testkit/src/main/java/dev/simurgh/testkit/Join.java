package dev.simurgh.testkit;

import dev.simurgh.channel.Socket;
import dev.simurgh.channel.StopReason;
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
    final ChannelCase kit;
    final Connected client;
    final String topic;
    final Ref ref;
    final @Nullable Subscribed subscribed;
    final Inbox inbox;
    private final Set<Ref> pushed = Collections.newSetFromMap(new IdentityHashMap<>());

    @Nullable
    StopReason stopped;

    Join(ChannelCase kit, Connected client, String topic, Ref ref, @Nullable Subscribed subscribed) {
        this.kit = kit;
        this.client = client;
        this.topic = topic;
        this.ref = ref;
        this.subscribed = subscribed;
        this.inbox = new Inbox(kit, topic);
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
