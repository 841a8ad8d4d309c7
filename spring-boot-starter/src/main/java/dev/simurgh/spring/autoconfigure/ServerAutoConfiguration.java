package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.spring.ServerCustomizer;
import dev.simurgh.spring.SimurghServerProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Where clients come in. */
@AutoConfiguration(after = SimurghAutoConfiguration.class)
@EnableConfigurationProperties(SimurghServerProperties.class)
public class ServerAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty(name = "simurgh.server.mode", havingValue = "own-port", matchIfMissing = true)
    Door simurghOwnPort(
            Endpoint endpoint, SimurghServerProperties properties, ObjectProvider<ServerCustomizer> customizers) {
        return new OwnPort(endpoint, properties, customizers);
    }

    @Bean
    @ConditionalOnMissingBean
    ServerLifecycle simurghServer(EndpointLifecycle around, Endpoint endpoint, ObjectProvider<Door> door) {
        return new ServerLifecycle(around, endpoint, door.getIfAvailable(() -> Door.NONE));
    }
}
