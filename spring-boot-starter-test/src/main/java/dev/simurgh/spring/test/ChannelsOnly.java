package dev.simurgh.spring.test;

import dev.simurgh.spring.SimurghChannel;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Has the scan of a {@link SimurghTest} find channels only.
 *
 * @param channels the names of their classes; none for all
 */
record ChannelsOnly(Set<String> channels) implements ContextCustomizer {
    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration config) {
        context.getBeanFactory().registerSingleton("simurghChannelsOnly", new Filter(channels));
    }

    /** Spring Boot asks it of each component that it finds. */
    private static final class Filter extends TypeExcludeFilter {
        private final Set<String> channels;

        Filter(Set<String> channels) {
            this.channels = channels;
        }

        @Override
        public boolean match(MetadataReader reader, MetadataReaderFactory readers) {
            boolean channel = reader.getAnnotationMetadata().isAnnotated(SimurghChannel.class.getName());
            boolean wanted = channels.isEmpty()
                    || channels.contains(reader.getClassMetadata().getClassName());
            return !(channel && wanted);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Filter filter && filter.channels.equals(channels);
        }

        @Override
        public int hashCode() {
            return channels.hashCode();
        }
    }

    /** Found by Spring's test framework. */
    static final class Factory implements ContextCustomizerFactory {
        @Override
        public @Nullable ContextCustomizer createContextCustomizer(
                Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
            SimurghTest test = TestContextAnnotationUtils.findMergedAnnotation(testClass, SimurghTest.class);
            return test == null
                    ? null
                    : new ChannelsOnly(
                            Stream.of(test.channels()).map(Class::getName).collect(Collectors.toUnmodifiableSet()));
        }
    }
}
