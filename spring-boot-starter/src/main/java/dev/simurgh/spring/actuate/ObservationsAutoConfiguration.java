package dev.simurgh.spring.actuate;

import dev.simurgh.micrometer.ChannelObservations;
import dev.simurgh.spring.SimurghObservationsProperties;
import dev.simurgh.spring.autoconfigure.ConditionalOnSetting;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Callbacks as observations, for traces, if the properties say so: each costs. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnClass({ChannelObservations.class, ObservationRegistry.class})
@ConditionalOnSingleCandidate(ObservationRegistry.class)
@ConditionalOnSetting(value = "simurgh.observations.enabled", byDefault = "false")
@EnableConfigurationProperties(SimurghObservationsProperties.class)
public class ObservationsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    ChannelObservations simurghObservations(ObservationRegistry registry, SimurghObservationsProperties properties) {
        ChannelObservations.Builder builder = ChannelObservations.builder(registry);
        return properties.topics() ? builder.topics().build() : builder.build();
    }
}
