package dev.simurgh.transport.http;

import dev.simurgh.channel.spi.ClientLog;
import java.util.function.BooleanSupplier;

/**
 * What the requests to a server that is not ours have in common.
 *
 * @param openRequests counts those that are being answered
 * @param bodies how much they may bring, all together
 * @param answerTicks how long a handler may take
 * @param draining tells that clients are sent away
 */
public record HostedTerms(
        OpenRequests openRequests,
        HostedBodies bodies,
        int answerTicks,
        BooleanSupplier draining,
        ClientLog clientLog) {}
