package dev.simurgh.spring;

import dev.simurgh.server.ServerBuilder;

/**
 * A bean that says more of Simurgh's own server, with {@code simurgh.server.mode=own-port}. Called each time when that starts, in the order of {@link
 * org.springframework.core.annotation.Order}.
 */
@FunctionalInterface
public interface ServerCustomizer {
    /** Says it; whatever this sets goes before what was set by properties. */
    void customize(ServerBuilder server);
}
