package dev.simurgh.spring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code application.properties} says of Simurgh.
 *
 * @param server where clients connect
 * @param socket the socket that is there by default
 */
@ConfigurationProperties("simurgh")
public record SimurghProperties(
        @DefaultValue Server server, @DefaultValue Socket socket) {
    /** Which port serves the sockets. */
    public enum Mode {
        /** One of Simurgh's own: the cheapest. */
        OWN_PORT,
        /** That of the application. */
        APPLICATION_PORT
    }

    /**
     * Where clients connect.
     *
     * @param mode which port serves the sockets
     * @param port Simurgh's own port; 0 for any that is free
     */
    public record Server(
            @DefaultValue("own-port") Mode mode,
            @DefaultValue("4000") int port) {}

    /**
     * The socket that is there by default.
     *
     * @param path where it is mounted
     */
    public record Socket(@DefaultValue("/socket") String path) {}
}
