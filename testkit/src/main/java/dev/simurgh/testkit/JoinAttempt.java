package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.testkit.Inbox.Item;
import java.util.function.Predicate;

/** How a join went, to be asserted. Replies are compared by value, and exactly: one field more and they differ. */
public final class JoinAttempt {
    private static final Payload CRASHED = Payload.json("{\"reason\":\"" + Protocol.JOIN_CRASHED + "\"}");

    private final Join join;

    JoinAttempt(Join join) {
        this.join = join;
    }

    /**
     * Asserts that the client was let in, with whatever reply.
     *
     * @throws AssertionError if not; shows the reply
     */
    public Joined assertOk() {
        Item reply = reply("ok", item -> item.name().equals(Protocol.OK));
        return new Joined(join, reply, join.kit.patience());
    }

    /**
     * Asserts that the client was let in with exactly this reply.
     *
     * @throws AssertionError if not; shows the reply
     */
    public Joined assertOk(Object payload) {
        return new Joined(join, exactly(Protocol.OK, payload), join.kit.patience());
    }

    /**
     * Asserts that the client was refused with an empty reply.
     *
     * @throws AssertionError if not; shows the reply
     */
    public void assertError() {
        assertError(Payload.EMPTY);
    }

    /**
     * Asserts that the client was refused with exactly this reply.
     *
     * @throws AssertionError if not; shows the reply
     */
    public void assertError(Object payload) {
        exactly(Protocol.ERROR, payload);
    }

    /**
     * Asserts that {@code join} threw. What it threw is in the logs.
     *
     * @throws AssertionError if not; shows the reply
     */
    public void assertCrashed() {
        reply(
                "the reason \"" + Protocol.JOIN_CRASHED + "\" of a join that threw",
                item -> item.name().equals(Protocol.ERROR) && Json.same(item.payload(), CRASHED));
    }

    private Item exactly(String status, Object payload) {
        Payload expected = join.encoded(payload);
        return reply(
                Inbox.described(status, expected),
                item -> item.name().equals(status) && Json.same(item.payload(), expected));
    }

    private Item reply(String expected, Predicate<Item> wanted) {
        Predicate<Item> mine = item -> item.isReplyTo(join.ref);
        join.kit.await(
                join.kit.patience(),
                () -> join.inbox.isThere(mine) ? join : null,
                () -> join.inbox.failure("join", expected, mine));
        Item reply = join.inbox.take(mine.and(wanted));
        if (reply == null) {
            throw join.inbox.failure("join", expected, mine);
        }
        return reply;
    }
}
