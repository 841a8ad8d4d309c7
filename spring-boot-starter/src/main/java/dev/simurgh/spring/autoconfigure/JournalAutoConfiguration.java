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
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** A journal, on the application's database or in a file, and the topics that are kept in it. */
@AutoConfiguration(before = SimurghAutoConfiguration.class)
@ConditionalOnClass(Journal.class)
@EnableConfigurationProperties({SimurghJournalProperties.class, SimurghKeptProperties.class})
public class JournalAutoConfiguration {
    private static final String KEPT = "simurgh.kept.topics";

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
    @Conditional(SomeAreKept.class)
    KeptTopics simurghKeptTopics(Journal journal, SimurghKeptProperties properties) {
        KeptTopics.Builder kept = KeptTopics.builder(journal);
        for (int i = 0; i < properties.topics().size(); i++) {
            keep(kept, KEPT + "[" + i + "]", properties.topics().get(i));
        }
        return kept.build();
    }

    /** Stores what waits, of all journals that have been made, also of those that the application has declared. */
    @Bean
    EndsBehind simurghJournalEnd(ConfigurableListableBeanFactory beans) {
        return () -> Stream.of(beans.getBeanNamesForType(Journal.class, false, false))
                .filter(beans::containsSingleton)
                .forEach(name -> beans.getBean(name, Journal.class).close());
    }

    private static void keep(KeptTopics.Builder kept, String property, SimurghKeptProperties.Topics topics) {
        String pattern = topics.pattern();
        if (pattern == null || pattern.isEmpty()) {
            throw new SimurghConfigurationException(
                    property + ".pattern: none (expected: a topic, or a pattern such as room:*)",
                    "Say which topics are kept.");
        }
        try {
            kept.keep(pattern, retention(topics));
        } catch (IllegalArgumentException e) {
            throw new SimurghConfigurationException(
                    property + ": " + e.getMessage(), "Change what is said of " + pattern + " there.");
        }
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

        @ConditionalOnProperty("simurgh.journal.file")
        static class InAFile {}

        @ConditionalOnProperty("simurgh.journal.data-source")
        static class OnADatabase {}

        @Conditional(SomeAreKept.class)
        static class What {}
    }

    /** Whatever is said of them: what says no pattern is told of, and not passed over. */
    static final class SomeAreKept implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return Binder.get(context.getEnvironment())
                    .bind(KEPT, Bindable.listOf(SimurghKeptProperties.Topics.class))
                    .isBound();
        }
    }
}
