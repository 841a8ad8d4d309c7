package dev.simurgh.testkit;

import dev.simurgh.channel.spi.Handshake;
import java.util.Optional;

/** How a connect went, to be asserted. */
public final class ConnectAttempt {
    private final ChannelCase kit;
    private final Handshake handshake;

    ConnectAttempt(ChannelCase kit, Handshake handshake) {
        this.kit = kit;
        this.handshake = handshake;
    }

    /**
     * Asserts that the client was accepted.
     *
     * @throws AssertionError if not; says why
     */
    public Connected assertOk() {
        if (handshake instanceof Handshake.Accepted accepted) {
            return kit.open(accepted);
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
     * Asserts that {@code connect} threw.
     *
     * @throws AssertionError if not
     */
    public void assertCrashed() {
        if (!(handshake instanceof Handshake.Crashed)) {
            throw failure("crashed");
        }
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
        if (handshake instanceof Handshake.Refused refused) {
            return "refused" + refused.reason().map(reason -> ": " + reason).orElse(" without a reason");
        }
        return handshake instanceof Handshake.Crashed crashed ? "crashed: " + crashed.cause() : "accepted";
    }
}
