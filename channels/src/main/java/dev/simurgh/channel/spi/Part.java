package dev.simurgh.channel.spi;

import dev.simurgh.channel.DrainReport;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.pubsub.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something that lives as long as an endpoint and belongs to it, such as presence, a journal or a dashboard. It is given to
 * {@link Endpoint.Builder#part}.
 *
 * <p>Parts start in the order in which they were given, after the cluster was joined and before {@code build()} returns; so what a part
 * needs of another comes before it. They stop in the opposite order, when all channels have ended and before the cluster is left: what
 * a {@code terminate} does still finds them, and what they send last reaches the other nodes.
 *
 * <p>But for {@link #start}, what a part throws is logged and hurts nobody. Whatever it does later, or measures, it does through
 * {@link Endpoint#timers}, so that a test's time is its time.
 */
public interface Part {
    /** What logs call it; default the simple name of its class. */
    default String name() {
        return getClass().getSimpleName();
    }

    /**
     * Who is told what happens at the endpoint; default nobody. Asked once, when the endpoint starts, before any part does: it hears of
     * nothing until then.
     */
    default Optional<EndpointListener> listener() {
        return Optional.empty();
    }

    /**
     * Who stands around the callbacks of the application; default nobody. Asked once, when the endpoint starts, before any part does. An
     * endpoint has one at most.
     */
    default Optional<CallbackObserver> callbackObserver() {
        return Optional.empty();
    }

    /** What the part tells of itself in numbers; default nothing. Asked once, when it has started; taken away before it stops. */
    default List<Metric> metrics() {
        return List.of();
    }

    /**
     * What the part knows of a topic on this node, in a few words each, for whoever looks at it; default nothing. Called on any thread; must be
     * quick and not block.
     *
     * @return by name, such as {@code present} and {@code 12}, in order
     */
    default Map<String, String> about(String topic) {
        return Map.of();
    }

    /**
     * Starts. Called once, by the thread that builds the endpoint, which waits. The endpoint is complete: its timers, scheduler, codec,
     * pub-sub and node may be used and kept.
     *
     * @throws Exception so that {@code build()} fails: what was started is stopped, this part not included, and the cluster is left
     */
    void start(Endpoint endpoint) throws Exception;

    /**
     * Hears that the endpoint begins to send all its clients away; default nothing. Called once at most, by the thread that asked for the
     * drain; must not block.
     */
    default void draining() {}

    /**
     * Hears that the drain is over: all channels have ended, or its limit has. Called once at most, behind {@link #draining}, on any
     * thread, event loops among them; must not block. Default nothing.
     */
    default void drained(DrainReport report) {}

    /** Stops; default nothing. Called once, by the thread that closes the endpoint, which waits. */
    default void stop() {}
}
