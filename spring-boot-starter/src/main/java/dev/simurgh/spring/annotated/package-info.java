/** Channels of annotated classes: looks at a class once, at the start, and makes the spec that its methods say. */
@NullMarked
package dev.simurgh.spring.annotated;

import org.jspecify.annotations.NullMarked;
