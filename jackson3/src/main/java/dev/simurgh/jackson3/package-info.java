/** Payloads by Jackson 3. */
@NullMarked
package dev.simurgh.jackson3;

import org.jspecify.annotations.NullMarked;
