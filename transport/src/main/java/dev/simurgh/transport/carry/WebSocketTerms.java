package dev.simurgh.transport.carry;

import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.transport.WebSocketOptions;
import dev.simurgh.transport.loop.IdleWheel;
import java.util.function.Consumer;

/**
 * What of the options and limits a connection asks for while it runs, with times in ticks of its wheel.
 *
 * @param pingTicks 0: no pings
 * @param limited hears of each limit that the client reaches
 */
public record WebSocketTerms(
        int idleTicks,
        int closeTicks,
        int pingTicks,
        int slowTicks,
        int maxMessageBytes,
        int maxFragments,
        int maxInflationRatio,
        int maxQueueBytes,
        Consumer<Limit> limited) {

    /** Reads options and limits. */
    public static WebSocketTerms of(WebSocketOptions options, Limits limits, Consumer<Limit> limited) {
        return new WebSocketTerms(
                IdleWheel.ticks(options.idleTimeout()),
                IdleWheel.ticks(options.closeTimeout()),
                options.pingInterval().map(IdleWheel::ticks).orElse(0),
                IdleWheel.ticks(options.slowTimeout()),
                limits.maxMessageBytes(),
                options.maxFragments(),
                options.maxInflationRatio(),
                limits.maxQueueBytes(),
                limited);
    }
}
