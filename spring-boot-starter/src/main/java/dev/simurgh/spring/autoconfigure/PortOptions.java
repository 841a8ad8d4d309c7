package dev.simurgh.spring.autoconfigure;

import dev.simurgh.spring.SimurghServerProperties;
import dev.simurgh.spring.TransportCustomizer;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.SocketOptions;
import dev.simurgh.transport.TransportBuilder;
import dev.simurgh.transport.TrustedProxies;
import dev.simurgh.transport.WebSocketOptions;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;

/** What holds for the sockets on whichever port: by properties, and then by the beans that say more. */
final class PortOptions {
    private final SimurghServerProperties properties;
    private final Supplier<Tokens> tokens;
    private final ObjectProvider<TransportCustomizer> customizers;

    PortOptions(
            SimurghServerProperties properties,
            Supplier<Tokens> tokens,
            ObjectProvider<TransportCustomizer> customizers) {
        this.properties = properties;
        this.tokens = tokens;
        this.customizers = customizers;
    }

    void apply(TransportBuilder<?> transport) {
        transport
                .socket(SocketOptions.builder()
                        .takeAuthToken()
                        .checkOrigin(origins(properties.origins()))
                        .build())
                .limits(limits());
        if (properties.healthPath() != null) {
            transport.health(properties.healthPath());
        }
        if (properties.longPoll()) {
            transport.longPoll(LongPollOptions.of(tokens.get()));
        }
        if (properties.compress()) {
            transport.webSocket(WebSocketOptions.builder().compress().build());
        }
        if (!properties.trustedProxies().isEmpty()) {
            transport.trustedProxies(
                    TrustedProxies.xForwarded(properties.trustedProxies().toArray(String[]::new)));
        }
        if (properties.eventLoops() != null) {
            transport.eventLoops(properties.eventLoops());
        }
        customizers.orderedStream().forEach(more -> more.customize(transport));
    }

    private static OriginPolicy origins(List<String> told) {
        if (told.isEmpty()) {
            return OriginPolicy.sameHost();
        }
        return told.equals(List.of("*")) ? OriginPolicy.any() : OriginPolicy.of(told.toArray(String[]::new));
    }

    private ServerLimits limits() {
        ServerLimits.Builder limits = ServerLimits.builder();
        if (properties.maxConnections() != null) {
            limits.maxConnections(properties.maxConnections());
        }
        if (properties.maxConnectionsPerAddress() != null) {
            limits.maxConnectionsPerAddress(properties.maxConnectionsPerAddress());
        }
        return limits.build();
    }
}
