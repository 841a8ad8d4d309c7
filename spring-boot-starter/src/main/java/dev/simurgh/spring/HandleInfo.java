package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method handles messages of the class that it takes: from {@code socket.send} and {@code socket.sendAfter}, or a {@link
 * dev.simurgh.pubsub.Broadcast} of a topic subscribed to with {@code socket.subscribe}. Where several fit, the one with the most special
 * class gets it. It returns nothing, or {@link dev.simurgh.channel.Next}.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface HandleInfo {}
