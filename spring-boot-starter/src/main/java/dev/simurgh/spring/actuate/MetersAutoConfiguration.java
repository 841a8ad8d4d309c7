package dev.simurgh.spring.actuate;

import dev.simurgh.micrometer.EndpointMeters;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** The meters of the endpoint, in the application's registry; {@code management.metrics.enable.simurgh=false} is without. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass({EndpointMeters.class, MeterRegistry.class})
@ConditionalOnSingleCandidate(MeterRegistry.class)
public class MetersAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    EndpointMeters simurghMeters(MeterRegistry registry) {
        return EndpointMeters.of(registry);
    }
}
