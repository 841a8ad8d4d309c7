package dev.simurgh.reactor;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.netty.FrameLoops;
import dev.simurgh.netty.WebSocketUpgrade;
import dev.simurgh.transport.TransportBuilder;
import dev.simurgh.transport.http.Routes;
import dev.simurgh.transport.serve.Serving;

/** Describes what carries an endpoint on a Reactor Netty server; each method says what holds without it. For one thread. */
public final class SimurghRoutesBuilder extends TransportBuilder<SimurghRoutesBuilder> {
    SimurghRoutesBuilder(Endpoint endpoint) {
        super(endpoint);
        withoutHealth(); // the application may well have a path for that
    }

    @Override
    protected SimurghRoutesBuilder self() {
        return this;
    }

    /**
     * Makes the routes; clients are let in from now on, by whatever they are added to.
     *
     * @throws IllegalArgumentException if two things are to be served at one path, or {@code maxBodyBytes} of the limits is more than an
     *     event loop may hold of {@code maxPendingBytes}
     */
    public SimurghRoutes build() {
        return new SimurghRoutes(this, serving());
    }

    Routes<ReactorExchange> routes(Serving serving, FrameLoops frames) {
        return routes(
                serving, (options, terms) -> new WebSocketUpgrade<>(options, terms, frames, ReactorExchange::upgrade));
    }
}
