package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.server.Server;
import dev.simurgh.server.ServerBuilder;
import dev.simurgh.server.TlsOptions;
import dev.simurgh.spring.ServerCustomizer;
import dev.simurgh.spring.SimurghServerProperties;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** Simurgh's own server, on a port of its own. */
final class OwnPort implements Door {
    private final Endpoint endpoint;
    private final SimurghServerProperties properties;
    private final PortOptions options;
    private final ObjectProvider<ServerCustomizer> customizers;
    private volatile @Nullable Server server;

    OwnPort(
            Endpoint endpoint,
            SimurghServerProperties properties,
            PortOptions options,
            ObjectProvider<ServerCustomizer> customizers) {
        this.endpoint = endpoint;
        this.properties = properties;
        this.options = options;
        this.customizers = customizers;
    }

    @Override
    public void open() {
        ServerBuilder builder = Server.builder(endpoint).host(properties.host()).port(properties.port());
        SimurghServerProperties.Ssl ssl = properties.ssl();
        if (ssl != null) {
            builder.tls(TlsOptions.of(ssl.certificate(), ssl.certificatePrivateKey()));
        }
        options.apply(builder);
        customizers.orderedStream().forEach(more -> more.customize(builder));
        server = builder.start();
    }

    @Override
    public CompletableFuture<Void> close() {
        Server open = server;
        server = null;
        return open == null ? CompletableFuture.completedFuture(null) : open.stop();
    }

    @Override
    public int port() {
        Server open = server;
        return open == null ? -1 : open.port();
    }
}
