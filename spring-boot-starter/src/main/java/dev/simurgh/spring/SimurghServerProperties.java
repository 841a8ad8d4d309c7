package dev.simurgh.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where clients connect. What is of Simurgh's own server holds for {@code own-port} only.
 *
 * @param mode which port serves the sockets
 * @param host address that Simurgh's own server listens on
 * @param port Simurgh's own port; 0 for any that is free
 * @param eventLoops threads that carry the connections; default half of the processors
 * @param healthPath where load balancers ask Simurgh's own server for its health
 */
@ConfigurationProperties("simurgh.server")
public record SimurghServerProperties(
        @DefaultValue("own-port") Mode mode,
        @DefaultValue("0.0.0.0") String host,
        @DefaultValue("4000") int port,
        @Nullable Integer eventLoops,
        @DefaultValue("/health") String healthPath) {
    /** Which port serves the sockets. */
    public enum Mode {
        /** One of Simurgh's own: the cheapest. */
        OWN_PORT,
        /** That of the application's web server. */
        APPLICATION_PORT,
        /** None: this node takes part in the cluster, and has no clients. */
        NONE
    }
}
