package dev.simurgh.testkit;

import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Query;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How a connect went, to be asserted. */
public final class ConnectAttempt {
    private final ChannelCase kit;
    private final SocketSpec spec;
    private final @Nullable Handshake handshake;

    /** Null stands for a client whose parameters are malformed. */
    ConnectAttempt(ChannelCase kit, SocketSpec spec, @Nullable Handshake handshake) {
        this.kit = kit;
        this.spec = spec;
        this.handshake = handshake;
        if (handshake instanceof Handshake.Crashed crashed) {
            kit.thrown().add(this, "connect", crashed.cause());
        }
    }

    /**
     * Asserts that the client was accepted.
     *
     * @throws AssertionError if not; says why
     */
    public Connected assertOk() {
        if (handshake instanceof Handshake.Accepted accepted) {
            return kit.open(spec, accepted);
        }
        throw failure("accepted");
    }

    /**
     * Asserts that {@code connect} refused the client, for whatever reason.
     *
     * @throws AssertionError if not
     */
    public void assertRefused() {
        if (!(handshake instanceof Handshake.Refused)) {
            throw failure("refused");
        }
    }

    /**
     * Asserts that {@code connect} refused the client for this reason: the object that {@code ConnectResult.refuse} got.
     *
     * @throws AssertionError if not
     */
    public void assertRefused(Object reason) {
        if (!(handshake instanceof Handshake.Refused refused)
                || !refused.reason().equals(Optional.of(reason))) {
            throw failure("refused: " + reason);
        }
    }

    /**
     * Asserts that the client's parameters are more than a server takes ({@value Query#MAX_PARAMS}, nested at most {@value
     * Query#MAX_DEPTH} deep), so that it is answered with 400 and {@code connect} not asked.
     *
     * @throws AssertionError if not
     */
    public void assertMalformed() {
        if (handshake != null) {
            throw failure("malformed");
        }
    }

    /**
     * Asserts that {@code connect} threw. What was thrown and is not asserted fails the test when its case is closed. An {@link
     * AssertionError} is not meant: that takes {@link #assertCrashed(Class)}.
     *
     * @throws AssertionError if not
     */
    public void assertCrashed() {
        crashed("crashed", Crashes.any());
    }

    /**
     * Asserts that {@code connect} threw this.
     *
     * @return what was thrown, for further assertions
     * @throws AssertionError if not
     */
    public <T extends Throwable> T assertCrashed(Class<T> type) {
        return assertCrashed(type, thrown -> true);
    }

    /**
     * Asserts that {@code connect} threw this, and that it matches.
     *
     * @return what was thrown, for further assertions
     * @throws AssertionError if not
     */
    public <T extends Throwable> T assertCrashed(Class<T> type, Predicate<? super T> matching) {
        return type.cast(crashed(Crashes.words(type), Crashes.of(type, matching)));
    }

    private Throwable crashed(String expected, Predicate<Throwable> wanted) {
        return new Crashes(kit, this, (words, thrown) -> failure(words)).take(Duration.ZERO, expected, wanted);
    }

    private AssertionError failure(String expected) {
        AssertionError error = new AssertionError("connect\n  expected: " + expected + "\n  got:      " + this);
        if (handshake instanceof Handshake.Crashed crashed) {
            error.initCause(crashed.cause());
        }
        return error;
    }

    @Override
    public String toString() {
        if (handshake == null) {
            return "malformed: more than " + Query.MAX_PARAMS + " parameters, or nested more than " + Query.MAX_DEPTH
                    + " deep";
        }
        if (handshake instanceof Handshake.Refused refused) {
            return "refused" + refused.reason().map(reason -> ": " + reason).orElse(" without a reason");
        }
        return handshake instanceof Handshake.Crashed crashed
                ? "crashed: " + Thrown.words(crashed.cause())
                : "accepted";
    }
}
