package dev.simurgh.spring.annotated;

import dev.simurgh.spring.autoconfigure.ChannelSource;
import dev.simurgh.spring.autoconfigure.SimurghAutoConfiguration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The channels that are annotated classes. */
@AutoConfiguration(after = SimurghAutoConfiguration.class)
public class AnnotatedChannelsAutoConfiguration {
    @Bean
    ChannelSource simurghAnnotatedChannels(ConfigurableListableBeanFactory beans) {
        return () -> AnnotatedChannels.of(beans);
    }
}
