package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method answers an event that clients push. It returns a {@link dev.simurgh.channel.Result}; or a value, with which it replies ok; or
 * nothing, and does not reply; or a {@link java.util.concurrent.CompletionStage} of one of these: the reply goes out when that completes, and
 * the channel goes on meanwhile. If it completes exceptionally, that is as if the method had thrown.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface HandleIn {
    /** The event. */
    String value();
}
