package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.spring.ServerCustomizer;
import dev.simurgh.spring.SimurghServerProperties;
import dev.simurgh.spring.SimurghServerProperties.Mode;
import dev.simurgh.spring.TransportCustomizer;
import dev.simurgh.token.Tokens;
import java.security.SecureRandom;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Where clients come in. */
@AutoConfiguration(after = {SimurghAutoConfiguration.class, ServletPortAutoConfiguration.class})
@EnableConfigurationProperties(SimurghServerProperties.class)
public class ServerAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    PortOptions simurghPortOptions(
            SimurghServerProperties properties,
            ObjectProvider<Tokens> tokens,
            ObjectProvider<ClusterAdapter> cluster,
            ObjectProvider<TransportCustomizer> customizers) {
        return new PortOptions(
                properties, () -> tokens.getIfAvailable(() -> madeUp(cluster.getIfAvailable() != null)), customizers);
    }

    /** Good enough for one node, as long as it runs. */
    private static Tokens madeUp(boolean inCluster) {
        if (inCluster) {
            throw new SimurghConfigurationException(
                    "simurgh.server.long-poll: true in a cluster without a secret (expected: one that all nodes share)",
                    "Set simurgh.secret-key-base to 64 random characters, the same on all nodes, or declare a bean of type Tokens.");
        }
        byte[] secret = new byte[64];
        new SecureRandom().nextBytes(secret);
        return Tokens.of(secret);
    }

    /** Its default is taken on Simurgh's own port only. */
    @Bean
    @ConditionalOnProperty("simurgh.server.health-path")
    ReservedPath simurghHealthPath(SimurghServerProperties properties) {
        return new ReservedPath("simurgh.server.health-path", String.valueOf(properties.healthPath()), false);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSetting(value = "simurgh.server.mode", is = "own-port", byDefault = "own-port")
    Door simurghOwnPort(
            Endpoint endpoint,
            SimurghServerProperties properties,
            PortOptions options,
            ObjectProvider<ServerCustomizer> customizers) {
        return new OwnPort(endpoint, properties, options, customizers);
    }

    @Bean
    @ConditionalOnMissingBean
    ServerLifecycle simurghServer(
            EndpointLifecycle around,
            Endpoint endpoint,
            SimurghServerProperties properties,
            ObjectProvider<Door> door) {
        return new ServerLifecycle(around, endpoint, door.getIfAvailable(() -> none(properties.mode())));
    }

    private static Door none(Mode mode) {
        if (mode == Mode.APPLICATION_PORT) {
            throw new SimurghConfigurationException(
                    "simurgh.server.mode: application-port without a web server that can carry sockets (expected: Tomcat or Jetty with"
                            + " Jakarta WebSocket, or Reactor Netty with simurgh-reactor-netty)",
                    "Add spring-boot-starter-websocket, or with WebFlux dev.simurgh:simurgh-reactor-netty, or leave the mode at own-port.");
        }
        return Door.NONE;
    }
}
