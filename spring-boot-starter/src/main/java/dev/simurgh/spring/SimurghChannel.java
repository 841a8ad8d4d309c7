package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says which topics a bean answers for: a method that makes a {@link dev.simurgh.channel.ChannelSpec} bean, or the class of a channel. */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface SimurghChannel {
    /** The topics, as in {@link dev.simurgh.channel.SocketSpec.Builder#channel(String, dev.simurgh.channel.ChannelSpec)}. */
    String[] value();

    /** The path of the socket; default the one of {@code simurgh.socket.path}. */
    String socket() default "";
}
