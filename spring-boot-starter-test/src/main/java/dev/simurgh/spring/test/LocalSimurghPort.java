package dev.simurgh.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.annotation.Value;

/**
 * The port on which Simurgh's own server listens, in a {@code @SpringBootTest}: any that is free, unless the test has a {@code
 * simurgh.server.port} among its properties, or the web environment {@code DEFINED_PORT}. It is known when the
 * application has started, so it is for fields and parameters of tests, not of beans.
 */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Value("${local.simurgh.port}")
public @interface LocalSimurghPort {}
