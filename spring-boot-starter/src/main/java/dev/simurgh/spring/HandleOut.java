package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method intercepts the broadcasts of an event: they come here instead of going to the client. It returns nothing, or {@link
 * dev.simurgh.channel.Next}.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface HandleOut {
    /** The event. */
    String value();
}
