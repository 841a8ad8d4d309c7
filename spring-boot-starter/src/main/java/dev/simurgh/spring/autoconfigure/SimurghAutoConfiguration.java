package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.spring.SimurghProperties;
import dev.simurgh.token.Tokens;
import java.util.Objects;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** An endpoint of what the application declares. */
@AutoConfiguration(after = {CodecAutoConfiguration.class})
@EnableConfigurationProperties(SimurghProperties.class)
public class SimurghAutoConfiguration {
    @Bean
    static PropertyCheck simurghPropertyCheck() {
        return new PropertyCheck();
    }

    /** Signs and encrypts by a secret that all nodes share. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("simurgh.secret-key-base")
    Tokens simurghTokens(SimurghProperties properties) {
        return Tokens.of(Objects.requireNonNull(properties.secretKeyBase()));
    }

    @Bean
    @ConditionalOnMissingBean({Endpoint.class, PreparedEndpoint.class})
    PreparedEndpoint simurghPreparedEndpoint(
            ListableBeanFactory beans, SimurghProperties properties, Environment environment) {
        return PreparedEndpoint.of(beans, properties, environment, builder -> {});
    }

    /** Ended by {@link EndpointLifecycle}, or by what has made it. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    Endpoint simurghEndpoint(PreparedEndpoint prepared) {
        return prepared.endpoint();
    }

    @Bean
    @ConditionalOnMissingBean
    EndpointLifecycle simurghEndpointLifecycle(
            Endpoint endpoint, ObjectProvider<PreparedEndpoint> prepared, ObjectProvider<EndsBehind> behindIt) {
        PreparedEndpoint ours = prepared.getIfAvailable();
        Runnable start = ours == null ? () -> {} : ours::start;
        Runnable end = ours == null ? endpoint::close : ours::end;
        return new EndpointLifecycle(start, end, behindIt.stream().toList());
    }
}
