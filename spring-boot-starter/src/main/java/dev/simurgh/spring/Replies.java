package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what a method with {@link Join} or {@link HandleIn} replies, for documents and types of clients; checked by nobody, as {@link
 * dev.simurgh.channel.ChannelSpec.Builder#replies(String, String, java.lang.reflect.Type)}. Where the method returns a value, the status
 * {@code ok} is known without.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Replies.All.class)
public @interface Replies {
    /** What it replies; {@code void.class} for nothing. */
    Class<?> value();

    /** With which status. */
    String status() default "ok";

    /** Several of them. */
    @Documented
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        /** These. */
        Replies[] value();
    }
}
