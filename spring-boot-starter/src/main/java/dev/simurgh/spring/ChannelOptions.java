package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.slf4j.event.Level;

/** How a channel of a class with {@link SimurghChannel} runs, as {@link dev.simurgh.channel.ChannelSpec.Builder} has it. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface ChannelOptions {
    /** Runs the methods on the connection's event loop: cheapest, and forbidden to block. */
    boolean nonBlocking() default false;

    /** Subscribes to the topic before the join is asked, so that a reply with the current state leaves no gap. */
    boolean subscribeFirst() default false;

    /** How long a join may take, such as {@code 5s} or {@code PT5S}, or a placeholder; default 10 s. Not with {@link #nonBlocking}. */
    String joinTimeout() default "";

    /** The level at which joins are logged. */
    Level logJoin() default Level.INFO;

    /** The level at which handled events are logged. */
    Level logHandleIn() default Level.DEBUG;

    /** Logs neither joins nor handled events. */
    boolean quiet() default false;
}
