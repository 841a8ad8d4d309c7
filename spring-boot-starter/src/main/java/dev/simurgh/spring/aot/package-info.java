/** What applications need that are processed ahead of time. Not to be called. */
@NullMarked
package dev.simurgh.spring.aot;

import org.jspecify.annotations.NullMarked;
