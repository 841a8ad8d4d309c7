package dev.simurgh.spring;

import dev.simurgh.channel.Endpoint;

/**
 * A bean that says more of the endpoint than properties and beans do. Called before the endpoint is made, in the order of {@link
 * org.springframework.core.annotation.Order}; so it must not want the endpoint itself.
 */
@FunctionalInterface
public interface EndpointCustomizer {
    /** Says it; whatever this sets goes before what was set by properties. */
    void customize(Endpoint.Builder endpoint);
}
