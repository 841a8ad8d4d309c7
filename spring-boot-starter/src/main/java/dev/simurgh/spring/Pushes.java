package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says what a {@link SimurghChannel} pushes to its client, for documents and types of clients; checked by nobody. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Pushes.All.class)
public @interface Pushes {
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
        Pushes[] value();
    }
}
