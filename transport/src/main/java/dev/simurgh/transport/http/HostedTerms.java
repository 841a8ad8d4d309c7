package dev.simurgh.transport.http;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.spi.ClientLog;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What the requests to a server that is not ours have in common.
 *
 * @param openRequests counts those that are being answered
 * @param bodies how much they may bring, all together
 * @param answerTicks how long a handler may take
 * @param draining tells that clients are sent away
 * @param limited hears of each limit that a request reaches
 */
public record HostedTerms(
        OpenRequests openRequests,
        HostedBodies bodies,
        int answerTicks,
        BooleanSupplier draining,
        ClientLog clientLog,
        Consumer<Limit> limited) {
    private static final Logger log = LoggerFactory.getLogger(HostedTerms.class);

    /**
     * A request is answered with an error before its route has seen it. From any thread.
     *
     * @param status 400, or which limit it has reached: 408, 413, or 503 for want of room for its body
     * @param peer whose request it is
     */
    public void refused(int status, Object peer) {
        openRequests.refused();
        switch (status) {
            case 408 ->
                reached(
                        Limit.HANDSHAKE_TIMEOUT,
                        "{} is answered with 408: the body of its request did not come within"
                                + " ServerLimits.handshakeTimeout",
                        peer);
            case 413 ->
                reached(
                        Limit.BODY_BYTES,
                        "{} is answered with 413: its request has a longer body than is taken there."
                                + " ServerLimits.maxBodyBytes says how much handlers take, Limits.maxMessageBytes how much long polling does",
                        peer);
            case 503 ->
                reached(
                        Limit.PENDING_BYTES,
                        "{} is answered with 503: too much is kept of requests that are not answered"
                                + " (expected: at most ServerLimits.maxPendingBytes)",
                        peer);
            default -> {}
        }
    }

    private void reached(Limit limit, String line, Object peer) {
        limited.accept(limit);
        clientLog.line(log, Level.WARN, line, peer);
    }
}
