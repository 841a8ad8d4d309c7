package dev.simurgh.spring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code application.properties} says of Simurgh as a whole; areas have properties of their own.
 *
 * @param nodeName name of this node while it is alone; one of a cluster has simurgh.cluster.name
 * @param secretKeyBase secret that all nodes share, 64 random characters; makes a bean of type Tokens
 * @param codec how payloads become JSON
 * @param socket the socket that is there by default
 * @param drain how clients are sent away when the application stops
 */
@ConfigurationProperties("simurgh")
public record SimurghProperties(
        @Nullable String nodeName,
        @Nullable String secretKeyBase,
        @DefaultValue("application") Codec codec,
        @DefaultValue Socket socket,
        @DefaultValue Drain drain) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "simurgh[nodeName=" + nodeName + ", codec=" + codec + ", socket=" + socket + ", drain=" + drain + "]";
    }

    /** How payloads become JSON. */
    public enum Codec {
        /** By the mapper of the application, Jackson 3's or 2's. */
        APPLICATION,
        /** By one of Simurgh's own, which takes JSON only as what it is. */
        STRICT
    }

    /**
     * The socket that is there by default.
     *
     * @param path where it is mounted, and where clients connect
     */
    public record Socket(@DefaultValue("/socket") String path) {}

    /**
     * How clients are sent away when the application stops.
     *
     * @param batchSize how many connections are closed in each interval
     * @param batchInterval time from one batch to the next
     * @param limit how long it may take in all, less than spring.lifecycle.timeout-per-shutdown-phase; default 6 s less than that
     */
    public record Drain(
            @DefaultValue("10000") int batchSize,
            @DefaultValue("2s") Duration batchInterval,
            @Nullable Duration limit) {}
}
