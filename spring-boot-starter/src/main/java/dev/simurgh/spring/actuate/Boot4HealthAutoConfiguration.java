package dev.simurgh.spring.actuate;

import dev.simurgh.spring.autoconfigure.ConditionalOnSetting;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** The health of this node, with the Actuator of Spring Boot 4. */
@AutoConfiguration(
        after = NodeHealthAutoConfiguration.class,
        afterName =
                "org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration",
        beforeName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration")
@ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
@ConditionalOnBean(NodeHealth.class)
public class Boot4HealthAutoConfiguration {
    @Bean(NodeHealth.BEAN)
    @ConditionalOnMissingBean(name = NodeHealth.BEAN)
    Boot4Health simurghHealthIndicator(NodeHealth health) {
        return new Boot4Health(health);
    }

    /** Behind the one that makes the groups of the probes. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    @Conditional(ReadinessIsNotTold.class)
    @ConditionalOnSetting(value = "simurgh.health.readiness", byDefault = "true")
    static Boot4Readiness simurghReadiness() {
        return new Boot4Readiness();
    }
}
