package dev.simurgh.transport.poll;

import dev.simurgh.channel.EndpointListener.Drop;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.Limits;
import dev.simurgh.transport.loop.IdleWheel;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What the sessions of one socket go by, with times in ticks.
 *
 * @param windowTicks how long a poll waits for messages, and a post for being taken
 * @param aliveTicks how long a session lives without a poll
 * @param maxQueueBytes how much may wait for one client
 * @param limited hears of each limit that a client reaches
 * @param dropped hears of each message that cannot be carried
 */
record LongPollTerms(
        int windowTicks, int aliveTicks, int maxQueueBytes, Consumer<Limit> limited, Consumer<Drop> dropped) {
    static LongPollTerms of(Duration window, Limits limits, Consumer<Limit> limited, Consumer<Drop> dropped) {
        return new LongPollTerms(
                IdleWheel.ticks(window),
                IdleWheel.ticks(window.plus(window.dividedBy(2))),
                limits.maxQueueBytes(),
                limited,
                dropped);
    }
}
