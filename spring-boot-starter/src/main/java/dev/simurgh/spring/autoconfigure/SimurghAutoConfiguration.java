package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.spring.SimurghProperties;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** An endpoint of what the application declares, and a server for it. */
@AutoConfiguration
@EnableConfigurationProperties(SimurghProperties.class)
public class SimurghAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    PayloadCodec simurghCodec() {
        return JacksonCodec.create();
    }

    @Bean
    @ConditionalOnMissingBean
    Endpoint simurghEndpoint(ListableBeanFactory beans, SimurghProperties properties, PayloadCodec codec) {
        Endpoint.Builder endpoint = Endpoint.builder().codec(codec);
        new Sockets(beans, properties.socket().path()).byPath().forEach(endpoint::socket);
        return endpoint.build();
    }

    @Bean
    ServerLifecycle simurghServer(Endpoint endpoint, SimurghProperties properties) {
        return new ServerLifecycle(endpoint, properties.server().port());
    }
}
