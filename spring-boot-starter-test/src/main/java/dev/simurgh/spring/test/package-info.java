/** Tests of channels in a Spring Boot application. */
@NullMarked
package dev.simurgh.spring.test;

import org.jspecify.annotations.NullMarked;
