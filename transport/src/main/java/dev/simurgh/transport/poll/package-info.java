/**
 * Long polling: the other way for a client to come, on HTTP alone. It stands on {@code admit}.
 *
 * <p>A room of this module, for the servers that are built on it; no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.transport.poll;

import org.jspecify.annotations.NullMarked;
