package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method decides on joins of a {@link SimurghChannel}; without one, every client is let in. It returns a {@link
 * dev.simurgh.channel.JoinResult}, or a value, which is the reply to who is let in, or nothing. {@code push} and {@code broadcast} are for
 * {@link AfterJoin}.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Join {}
