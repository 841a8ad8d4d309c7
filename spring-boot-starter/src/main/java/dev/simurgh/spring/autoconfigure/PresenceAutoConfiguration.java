package dev.simurgh.spring.autoconfigure;

import dev.simurgh.presence.Presence;
import dev.simurgh.presence.PresenceFetcher;
import dev.simurgh.presence.PresenceListener;
import dev.simurgh.spring.SimurghPresenceProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Who is on a topic, as a part of the endpoint. */
@AutoConfiguration(before = SimurghAutoConfiguration.class)
@ConditionalOnClass(Presence.class)
@EnableConfigurationProperties(SimurghPresenceProperties.class)
public class PresenceAutoConfiguration {
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 100)
    @ConditionalOnMissingBean
    @ConditionalOnSetting(value = "simurgh.presence.enabled", byDefault = "true")
    Presence simurghPresence(
            SimurghPresenceProperties properties,
            ObjectProvider<PresenceListener> listener,
            ObjectProvider<PresenceFetcher> fetcher) {
        Presence.Builder presence = Presence.builder().grace(properties.grace());
        listener.ifUnique(presence::listener);
        fetcher.ifUnique(presence::fetch);
        return presence.build();
    }
}
