/** What Spring Boot's Actuator shows of Simurgh: health, meters, observations, an endpoint of its own. Not to be called. */
@NullMarked
package dev.simurgh.spring.actuate;

import org.jspecify.annotations.NullMarked;
