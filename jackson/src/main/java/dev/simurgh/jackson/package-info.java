/** Payloads by Jackson 2. */
@NullMarked
package dev.simurgh.jackson;

import org.jspecify.annotations.NullMarked;
