package dev.simurgh.spring.annotated;

import dev.simurgh.spring.SocketCustomizer;
import dev.simurgh.spring.autoconfigure.ChannelSource;
import dev.simurgh.spring.autoconfigure.SimurghAutoConfiguration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The channels that are annotated classes. */
@AutoConfiguration(after = SimurghAutoConfiguration.class)
public class AnnotatedChannelsAutoConfiguration {
    @Bean
    ChannelSource simurghAnnotatedChannels(ConfigurableListableBeanFactory beans) {
        return () -> AnnotatedChannels.of(beans);
    }

    /** Who a client is, where nothing but the web container says it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("org.springframework.security.core.Authentication")
    static class WithoutSecurity {
        @Bean
        Principals simurghPrincipals() {
            return new Principals();
        }

        @Bean
        SocketCustomizer simurghPrincipalsOfRequests(Principals principals) {
            return (path, socket) -> socket.assigns(principals::assigns);
        }
    }
}
