/** What Spring Boot finds and makes by itself. Not to be called. */
@NullMarked
package dev.simurgh.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
