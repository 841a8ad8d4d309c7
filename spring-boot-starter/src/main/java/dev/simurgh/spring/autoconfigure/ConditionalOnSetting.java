package dev.simurgh.spring.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/**
 * Only if a property says so, in whichever spelling the properties themselves take it: {@code own-port}, {@code OWN_PORT}; {@code true}, {@code on}.
 */
@Conditional(OnSetting.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface ConditionalOnSetting {
    /** The property. */
    String value();

    /** What it must say; {@code true} by default. */
    String is() default "true";

    /** What it says if it is not there, or blank. */
    String byDefault();
}
