package dev.simurgh.spring.test;

import org.springframework.boot.test.context.SpringBootTestContextBootstrapper;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Starts the context of a {@link SimurghTest} with its properties. */
final class SimurghTestBootstrapper extends SpringBootTestContextBootstrapper {
    @Override
    protected String[] getProperties(Class<?> testClass) {
        SimurghTest test = TestContextAnnotationUtils.findMergedAnnotation(testClass, SimurghTest.class);
        return test == null ? new String[0] : test.properties();
    }
}
