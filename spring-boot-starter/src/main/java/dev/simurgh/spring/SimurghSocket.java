package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says where a bean of type {@link dev.simurgh.channel.SocketSpec} is mounted; without it, at {@code simurgh.socket.path}. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface SimurghSocket {
    /** The path, such as {@code /admin_socket}. */
    String value();
}
