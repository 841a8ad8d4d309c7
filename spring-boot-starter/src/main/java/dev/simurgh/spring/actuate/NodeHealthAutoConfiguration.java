package dev.simurgh.spring.actuate;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.journal.Journal;
import dev.simurgh.spring.SimurghHealthProperties;
import dev.simurgh.spring.autoconfigure.ConditionalOnSetting;
import dev.simurgh.spring.autoconfigure.ServerLifecycle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Whether this node is ready, for whichever Actuator asks. */
@AutoConfiguration(
        afterName = {
            "dev.simurgh.spring.autoconfigure.SimurghAutoConfiguration",
            "dev.simurgh.spring.autoconfigure.ServerAutoConfiguration"
        })
@ConditionalOnClass(name = "org.springframework.boot.actuate.endpoint.annotation.Endpoint")
@ConditionalOnSetting(value = "management.health.simurgh.enabled", byDefault = "true")
@EnableConfigurationProperties(SimurghHealthProperties.class)
public class NodeHealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    NodeHealth simurghNodeHealth(
            Endpoint endpoint,
            ObjectProvider<ServerLifecycle> server,
            ObjectProvider<NodeHealth.Probes> probes,
            SimurghHealthProperties properties) {
        return new NodeHealth(
                endpoint,
                server,
                probes.orderedStream().flatMap(some -> some.get().stream()).toList(),
                properties);
    }

    /** With a journal only. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Journal.class)
    static class WithJournal {
        @Bean
        @ConditionalOnMissingBean
        NodeHealth.Probes simurghJournalProbes(ListableBeanFactory beans) {
            Map<String, Journal> journals = beans.getBeansOfType(Journal.class);
            List<NodeHealth.Probe> probes = new ArrayList<>();
            journals.forEach((name, journal) ->
                    probes.add(new JournalProbe(journals.size() == 1 ? "journal" : name, journal, System::nanoTime)));
            return () -> List.copyOf(probes);
        }
    }
}
