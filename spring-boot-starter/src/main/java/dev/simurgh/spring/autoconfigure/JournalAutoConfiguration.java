package dev.simurgh.spring.autoconfigure;

import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.spring.SimurghJournalProperties;
import dev.simurgh.spring.SimurghKeptProperties;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** A journal, on the application's database or in a file, and the topics that are kept in it. */
@AutoConfiguration(before = SimurghAutoConfiguration.class)
@ConditionalOnClass(Journal.class)
@EnableConfigurationProperties({SimurghJournalProperties.class, SimurghKeptProperties.class})
public class JournalAutoConfiguration {
    private static final String FIRST_KEPT = "simurgh.kept.topics[0].pattern";

    /** Its store is asked for here and not injected, since none is needed if there is a store of the application's. */
    @Bean
    @Conditional(Wanted.class)
    @ConditionalOnMissingBean
    Journal simurghJournal(SimurghJournalProperties properties, ConfigurableListableBeanFactory beans) {
        Store own = beans.getBeanProvider(Store.class).getIfUnique();
        return Journal.builder(own == null ? new JournalStores(properties, beans).open("simurghJournal") : own)
                .build();
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 200)
    @ConditionalOnMissingBean
    @ConditionalOnProperty(FIRST_KEPT)
    KeptTopics simurghKeptTopics(Journal journal, SimurghKeptProperties properties) {
        KeptTopics.Builder kept = KeptTopics.builder(journal);
        properties.topics().forEach(topics -> kept.keep(topics.pattern(), retention(topics)));
        return kept.build();
    }

    /** Stores what waits, of all journals that have been made, also of those that the application has declared. */
    @Bean
    EndsBehind simurghJournalEnd(ConfigurableListableBeanFactory beans) {
        return () -> Stream.of(beans.getBeanNamesForType(Journal.class, false, false))
                .filter(beans::containsSingleton)
                .forEach(name -> beans.getBean(name, Journal.class).close());
    }

    private static Retention retention(SimurghKeptProperties.Topics topics) {
        Retention.Builder retention = Retention.builder();
        if (topics.maxEntries() != null) {
            retention.maxEntries(topics.maxEntries());
        }
        if (topics.maxAge() != null) {
            retention.maxAge(topics.maxAge());
        }
        if (topics.compacted()) {
            retention.compacted();
        }
        if (topics.lastValue()) {
            retention.lastValue();
        }
        return retention.build();
    }

    /** Somebody has said where, or what. */
    static final class Wanted extends AnyNestedCondition {
        Wanted() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnProperty("simurgh.journal.store")
        static class Where {}

        @ConditionalOnProperty(FIRST_KEPT)
        static class What {}
    }
}
