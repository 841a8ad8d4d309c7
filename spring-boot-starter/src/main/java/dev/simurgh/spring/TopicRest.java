package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The parameter is {@link dev.simurgh.channel.Socket#topicRest}: {@code 42} of the topic {@code room:42}, for the topics {@code room:*}. */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface TopicRest {}
