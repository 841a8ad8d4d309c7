package dev.simurgh.spring.autoconfigure;

import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Looks at all that the properties say before the first bean is made of it, and tells of all that is wrong at once: with the name as the application spells it, the
 * value, and where it stands. A bean that fails over a value knows none of that.
 */
final class PropertyCheck implements BeanFactoryPostProcessor, EnvironmentAware {
    /** Set while Spring writes code ahead of time, where the values of later are not known. */
    private static final String AHEAD_OF_TIME = "spring.aot.processing";

    private @Nullable Environment environment;

    @Override
    public void setEnvironment(Environment of) {
        environment = of;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        if (Boolean.getBoolean(AHEAD_OF_TIME) || !(environment instanceof ConfigurableEnvironment known)) {
            return;
        }
        boolean ownCluster = !beans.containsBeanDefinition(ClusterAutoConfiguration.BEAN)
                && beans.getBeanNamesForType(ClusterAdapter.class, true, false).length > 0;
        List<Problem> problems = problems(told(beans, known), ownCluster);
        if (!problems.isEmpty()) {
            throw Problem.all(problems);
        }
    }

    /** As Spring Boot has it for classes of properties: an application may have given its placeholders values of their own. */
    private static Told told(ConfigurableListableBeanFactory beans, ConfigurableEnvironment environment) {
        String[] placeholders = beans.getBeanNamesForType(PropertySourcesPlaceholderConfigurer.class, false, false);
        return placeholders.length == 1
                ? new Told(beans.getBean(placeholders[0], PropertySourcesPlaceholderConfigurer.class)
                        .getAppliedPropertySources())
                : new Told(environment);
    }

    static List<Problem> problems(Told told, boolean ownCluster) {
        List<Problem> problems = new ArrayList<>();
        for (Rule<?> rule : PropertyRules.ALL) {
            problems.addAll(rule.problems(told));
        }
        // who is wrong in itself is not asked what it goes with
        return problems.isEmpty() ? new Contradictions(told, ownCluster).problems() : problems;
    }
}
