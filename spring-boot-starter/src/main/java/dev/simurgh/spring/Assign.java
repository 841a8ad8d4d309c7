package dev.simurgh.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The parameter is a value of the assigns: what {@code connect} or the route has found out. A parameter of type {@code Optional} may have
 * none; otherwise a value that is missing ends the channel.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Assign {
    /** The name of its {@link dev.simurgh.channel.Assigns.Key}. */
    String value();
}
