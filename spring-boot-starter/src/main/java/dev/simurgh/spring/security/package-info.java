/** Who a client is, by Spring Security. */
@NullMarked
package dev.simurgh.spring.security;

import org.jspecify.annotations.NullMarked;
