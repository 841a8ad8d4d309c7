package dev.simurgh.spring.test;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.TestPropertySourceUtils;

/**
 * Has a {@code @SpringBootTest} take any port that is free for Simurgh's own server, unless it has a {@code simurgh.server.port} among its
 * properties or wants the ports that are configured: tests must not meet what runs on the machine, nor each other.
 */
record FreePort() implements ContextCustomizer {
    private static final String PORT = "simurgh.server.port";

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration config) {
        MutablePropertySources sources = context.getEnvironment().getPropertySources();
        MapPropertySource free = new MapPropertySource("simurghFreePort", Map.of(PORT, "0"));
        if (sources.contains(TestPropertySourceUtils.INLINED_PROPERTIES_PROPERTY_SOURCE_NAME)) {
            sources.addAfter(TestPropertySourceUtils.INLINED_PROPERTIES_PROPERTY_SOURCE_NAME, free);
        } else {
            sources.addFirst(free);
        }
    }

    /** Found by Spring's test framework. */
    static final class Factory implements ContextCustomizerFactory {
        @Override
        public @Nullable ContextCustomizer createContextCustomizer(
                Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
            SpringBootTest test = TestContextAnnotationUtils.findMergedAnnotation(testClass, SpringBootTest.class);
            boolean wanted = test != null && test.webEnvironment() != SpringBootTest.WebEnvironment.DEFINED_PORT;
            return wanted ? new FreePort() : null;
        }
    }
}
