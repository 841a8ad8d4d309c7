package dev.simurgh.spring.test;

import dev.simurgh.spring.SimurghProperties;
import dev.simurgh.spring.autoconfigure.PreparedEndpoint;
import dev.simurgh.spring.autoconfigure.SimurghAutoConfiguration;
import dev.simurgh.testkit.ChannelCase;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** The endpoint of the application, on the thread and the time of a test. */
@AutoConfiguration(before = SimurghAutoConfiguration.class)
@EnableConfigurationProperties(SimurghProperties.class)
public class SimurghTestAutoConfiguration {
    @Bean
    TestEndpoint simurghTestEndpoint(ListableBeanFactory beans, SimurghProperties properties, Environment environment) {
        return new TestEndpoint(beans, properties, environment);
    }

    @Bean(destroyMethod = "") // the test endpoint closes it
    ChannelCase simurghChannelCase(TestEndpoint test) {
        return test.channelCase();
    }

    @Bean
    PreparedEndpoint simurghPreparedEndpoint(TestEndpoint test) {
        return test.prepared();
    }
}
