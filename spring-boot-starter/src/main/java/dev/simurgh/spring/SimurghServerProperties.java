package dev.simurgh.spring;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where clients connect, and how. Host, port and TLS are those of Simurgh's own server, and mean nothing on the application's port.
 *
 * @param mode which port serves the sockets
 * @param host address that Simurgh's own server listens on
 * @param port Simurgh's own port; 0 for any that is free
 * @param ssl certificate of Simurgh's own server
 * @param eventLoops threads that carry the connections; default half of the processors
 * @param healthPath where load balancers ask for the health; default /health, on the application's port nowhere
 * @param origins whose pages may connect, such as https://shop.example.com, or * for everybody's; default those of the same host
 * @param longPoll whether clients may come by long polling, too
 * @param compress whether messages over WebSocket are compressed if the client can
 * @param trustedProxies networks of the proxies whose X-Forwarded headers are believed, such as 10.0.0.0/8
 * @param maxConnections how many clients there may be at once on this node
 * @param maxConnectionsPerAddress how many of them may come from one address
 */
@ConfigurationProperties("simurgh.server")
public record SimurghServerProperties(
        @DefaultValue("own-port") Mode mode,
        @DefaultValue("0.0.0.0") String host,
        @DefaultValue("4000") int port,
        @Nullable Ssl ssl,
        @Nullable Integer eventLoops,
        @Nullable String healthPath,
        @DefaultValue List<String> origins,
        @DefaultValue("false") boolean longPoll,
        @DefaultValue("false") boolean compress,
        @DefaultValue List<String> trustedProxies,
        @Nullable Integer maxConnections,
        @Nullable Integer maxConnectionsPerAddress) {
    /** Which port serves the sockets. */
    public enum Mode {
        /** One of Simurgh's own: the cheapest. */
        OWN_PORT,
        /** That of the application's web server. */
        APPLICATION_PORT,
        /** None: this node takes part in the cluster, and has no clients. */
        NONE
    }

    /**
     * The certificate of Simurgh's own server.
     *
     * @param certificate file in PEM format, with the chain; read again when it changes
     * @param certificatePrivateKey file in PEM format
     */
    public record Ssl(Path certificate, Path certificatePrivateKey) {}
}
