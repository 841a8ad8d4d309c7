package dev.simurgh.spring;

import dev.simurgh.transport.TransportBuilder;

/**
 * A bean that says more of what carries the sockets, whichever port that is: Simurgh's own, or that of the application. Called each time when that starts, in the
 * order of {@link org.springframework.core.annotation.Order}.
 */
@FunctionalInterface
public interface TransportCustomizer {
    /** Says it; whatever this sets goes before what was set by properties. */
    void customize(TransportBuilder<?> transport);
}
