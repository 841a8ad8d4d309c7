package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says what is broadcast on the topics of a {@link SimurghChannel}, for documents and types of clients; checked by nobody. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Broadcasts.All.class)
public @interface Broadcasts {
    /** The event. */
    String event();

    /** What it carries; {@code void.class} for nothing. */
    Class<?> type();

    /** Several of them. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        /** These. */
        Broadcasts[] value();
    }
}
