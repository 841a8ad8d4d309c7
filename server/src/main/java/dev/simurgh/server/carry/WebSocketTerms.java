package dev.simurgh.server.carry;

import dev.simurgh.server.WebSocketOptions;
import dev.simurgh.server.listen.IdleWheel;

/**
 * What of the options a connection asks for while it runs, with times in ticks of its wheel.
 *
 * @param pingTicks 0: no pings
 */
record WebSocketTerms(
        int idleTicks,
        int closeTicks,
        int pingTicks,
        int slowTicks,
        int maxFrameBytes,
        int maxFragments,
        int maxInflationRatio,
        int maxQueueBytes) {

    static WebSocketTerms of(WebSocketOptions options) {
        return new WebSocketTerms(
                IdleWheel.ticks(options.idleTimeout()),
                IdleWheel.ticks(options.closeTimeout()),
                options.pingInterval().map(IdleWheel::ticks).orElse(0),
                IdleWheel.ticks(options.slowTimeout()),
                options.maxFrameBytes(),
                options.maxFragments(),
                options.maxInflationRatio(),
                options.maxQueueBytes());
    }
}
