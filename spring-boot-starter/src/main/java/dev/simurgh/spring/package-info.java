/** Channels in a Spring Boot application. */
@NullMarked
package dev.simurgh.spring;

import org.jspecify.annotations.NullMarked;
