package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;

/**
 * Says for which topics a channel is: on its class, or on a {@code @Bean} method that makes a {@link dev.simurgh.channel.ChannelSpec}.
 *
 * <p>A class with this annotation is found as a component, and each join gets an object of its own, made by Spring: constructors, {@code
 * @PreDestroy} and the like are as in any bean of the scope {@code prototype}, which this annotation brings. Its methods say with {@link
 * Join}, {@link HandleIn} and the others what they answer. They need not be public, and take what they want, in any order:
 *
 * <ul>
 *   <li>the payload, decoded to the type of the parameter: a record, a map, a list of records, {@code byte[]}, {@link dev.simurgh.protocol.Payload} as it came
 *   <li>{@link dev.simurgh.channel.Socket}, {@link dev.simurgh.channel.Assigns}, {@link dev.simurgh.channel.Endpoint}
 *   <li>a value of the assigns with {@link Assign}, the rest of the topic with {@link TopicRest}
 *   <li>who the client is now, as a {@link java.security.Principal} or a subtype of it, such as Spring Security's {@code Authentication}, or with its {@code
 *       @AuthenticationPrincipal}. If there is nobody, one that is {@code @Nullable} is null, and an {@code Optional} empty; else the method is not called, and a join or a
 *       client's message is answered with an error of the reason {@code forbidden}
 *   <li>what only some of them have: {@link dev.simurgh.channel.SocketRef}, {@link dev.simurgh.protocol.Message}, {@link
 *       dev.simurgh.channel.StopReason}
 * </ul>
 *
 * <p>Where they run, and what it means to throw, is said at {@link dev.simurgh.channel.ChannelSpec}. All of it is checked when the
 * application starts.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Component
@Scope(BeanDefinition.SCOPE_PROTOTYPE)
public @interface SimurghChannel {
    /**
     * The topics, as in {@link dev.simurgh.channel.SocketSpec.Builder#channel(String, dev.simurgh.channel.ChannelSpec)}; placeholders such
     * as <code>${app.topic}</code> are replaced.
     */
    String[] value();

    /** The path of the socket; default the one of {@code simurgh.socket.path}. */
    String socket() default "";
}
