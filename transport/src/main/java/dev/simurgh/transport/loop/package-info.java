/**
 * Event loops, and the clock of the timeouts on them.
 *
 * <p>A room of this module, for the servers that are built on it; no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.transport.loop;

import org.jspecify.annotations.NullMarked;
