package dev.simurgh.channel;

/**
 * What clients hold of an endpoint now. All of it is zero again when nobody is there, and what the last ones have left behind has been
 * done: a channel that is to terminate still holds what it has.
 *
 * @param connections the connections that are open
 * @param channels the channels that are joined, or about to be, or about to have ended
 * @param subscriptions to topics, of this node; those that an application has itself, by {@link Endpoint#subscribe}, are among them
 * @param timers what connections and channels wait for: messages to themselves, time limits, pauses
 * @param waitingBytes what clients have sent that waits for their channels, and what waits for event loops
 */
public record EndpointCounts(int connections, long channels, long subscriptions, long timers, long waitingBytes) {}
