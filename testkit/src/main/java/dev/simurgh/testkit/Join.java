package dev.simurgh.testkit;

import dev.simurgh.channel.Socket;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.testkit.Inbox.Item;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Predicate;
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

    @Nullable
    StopReason stopped;

    Join(ChannelCase kit, Connected client, String topic, Ref ref, @Nullable Subscribed subscribed) {
        this.kit = kit;
        this.client = client;
        this.topic = topic;
        this.ref = ref;
        this.subscribed = subscribed;
        this.inbox = new Inbox(topic);
    }

    Payload encoded(Object payload) {
        return Payload.of(payload).encoded(kit.endpoint().codec());
    }

    /** What came, as an object of the class that it is known to fit. */
    <T> T as(Item item, Class<T> type) {
        return item.payload().as(type, kit.endpoint().codec());
    }

    Predicate<Item> isA(Class<?> type) {
        return item -> kit.fits(item.payload(), type);
    }

    /** Takes what is wanted, or fails and shows what is near to it. */
    Item take(Duration patience, String assertion, String expected, Predicate<Item> near, Predicate<Item> wanted) {
        return kit.await(
                patience, () -> inbox.take(near.and(wanted)), () -> caused(inbox.failure(assertion, expected, near)));
    }

    void refute(String assertion, String expected, Predicate<Item> unwanted) {
        kit.settle();
        if (inbox.isThere(unwanted)) {
            throw inbox.failure(assertion, expected, unwanted);
        }
    }

    /** Does something with the channel and its socket on the mailbox, and waits for the outcome. */
    <T> T onMailbox(String verb, BiFunction<Object, Socket, T> code) {
        AtomicReference<@Nullable Supplier<T>> outcome = new AtomicReference<>();
        if (stopped == null) {
            client.inspect(topic, (channel, socket) -> outcome.set(attempt(code, channel, socket)));
        }
        return kit.await(kit.patience(), outcome::get, () -> gone(verb)).get();
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

    private AssertionError gone(String verb) {
        return stopFailure(verb, "joined");
    }

    AssertionError stopFailure(String assertion, String expected) {
        StopReason reason = stopped;
        AssertionError error = new AssertionError(assertion + " on " + topic + "\n  expected: " + expected
                + "\n  got:      " + (reason == null ? "joined" : "stopped: " + reason.kind() + ", " + reason) + "\n"
                + inbox);
        return caused(error);
    }

    /** Whatever an assertion misses, a crash is the likely reason. */
    private AssertionError caused(AssertionError error) {
        if (stopped != null) {
            stopped.cause().ifPresent(error::initCause);
        }
        return error;
    }
}
