package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.testkit.Inbox.Item;
import java.time.Duration;
import java.util.function.Predicate;

/** How a join went, to be asserted. Replies are compared by value, and exactly: one field more and they differ. */
public final class JoinAttempt {
    final Join join;

    JoinAttempt(Join join) {
        this.join = join;
    }

    /**
     * Asserts that the client was let in, with whatever reply.
     *
     * @throws AssertionError if not; shows the reply
     */
    public Joined assertOk() {
        return joined(reply(Protocol.OK));
    }

    /**
     * Asserts that the client was let in with exactly this reply.
     *
     * @throws AssertionError if not; shows the reply
     */
    public Joined assertOk(Object payload) {
        return joined(reply(Protocol.OK).with(join.kit.encoded(payload)));
    }

    /**
     * Asserts that the client was let in with a reply that is exactly of this class; {@link Joined#reply} has it.
     *
     * @throws AssertionError if not; shows the reply
     */
    public Joined assertOk(Class<?> type) {
        return joined(reply(Protocol.OK).with(type, codec()));
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
        take(reply(Protocol.ERROR).with(join.kit.encoded(payload)));
    }

    /**
     * Asserts that the client was refused with a reply that is exactly of this class.
     *
     * @return the reply, for further assertions
     * @throws AssertionError if not; shows the reply
     */
    public <T> T assertError(Class<T> type) {
        return take(reply(Protocol.ERROR).with(type, codec())).payload().as(type, codec());
    }

    /**
     * Asserts that {@code join} threw; a join that refuses in the same words did not, nor did one that let its client in, whatever is thrown
     * later: that is asserted by the {@link Joined}. What was thrown and is not asserted fails the test when its case is closed. An {@link AssertionError} is not meant: that takes {@link #assertCrashed(Class)}.
     *
     * @throws AssertionError if not; shows the reply
     */
    public void assertCrashed() {
        crashed("crashed", Crashes.any());
    }

    /**
     * Asserts that {@code join} threw this.
     *
     * @return what was thrown, for further assertions
     * @throws AssertionError if not; shows the reply
     */
    public <T extends Throwable> T assertCrashed(Class<T> type) {
        return assertCrashed(type, thrown -> true);
    }

    /**
     * Asserts that {@code join} threw this, and that it matches.
     *
     * @return what was thrown, for further assertions
     * @throws AssertionError if not; shows the reply
     */
    public <T extends Throwable> T assertCrashed(Class<T> type, Predicate<? super T> matching) {
        return type.cast(crashed(Crashes.words(type), Crashes.of(type, matching)));
    }

    private Throwable crashed(String expected, Predicate<Throwable> wanted) {
        return new Crashes(join.kit, join, (words, thrown) -> failure(words))
                .take(join.kit.patience(), expected, wanted.and(thrown -> !isLetIn()));
    }

    /** Whatever is thrown after that, it was not by {@code join}. */
    private boolean isLetIn() {
        return join.inbox.came(item -> item.isReplyTo(join.ref) && item.name().equals(Protocol.OK));
    }

    private Wanted reply(String status) {
        return Wanted.reply(join.ref, status);
    }

    private Joined joined(Wanted wanted) {
        return new Joined(join, take(wanted), join.kit.patience());
    }

    private Item take(Wanted wanted) {
        awaitReply(wanted.words());
        return join.inbox.take(Duration.ZERO, "join", wanted);
    }

    private void awaitReply(String expected) {
        join.kit.await(
                join.kit.patience(),
                () -> join.inbox.find(item -> item.isReplyTo(join.ref)).isEmpty() ? null : join,
                () -> failure(expected));
    }

    private AssertionError failure(String expected) {
        return join.inbox.failure("join", expected, Inbox.lines(join.inbox.find(item -> item.isReplyTo(join.ref))));
    }

    private PayloadCodec codec() {
        return join.kit.endpoint().codec();
    }
}
