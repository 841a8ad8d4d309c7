/** A live prompt inside a running node, on the JDK's JShell. */
@NullMarked
package dev.simurgh.console;

import org.jspecify.annotations.NullMarked;
