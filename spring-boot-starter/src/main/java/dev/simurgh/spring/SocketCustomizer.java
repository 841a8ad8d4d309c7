package dev.simurgh.spring;

import dev.simurgh.channel.SocketSpec;

/**
 * A bean that says more of the sockets: of the one that is there by default, and of those that are beans. Called once for each when the application
 * starts, behind their channels, in the order of {@link org.springframework.core.annotation.Order}.
 */
@FunctionalInterface
public interface SocketCustomizer {
    /**
     * Says it.
     *
     * @param path where the socket is mounted
     */
    void customize(String path, SocketSpec.Builder socket);
}
