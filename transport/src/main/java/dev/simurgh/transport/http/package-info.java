/**
 * What is asked for by HTTP, and who answers. It stands on {@code loop}.
 *
 * <p>A room of this module, for the servers that are built on it; no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.transport.http;

import org.jspecify.annotations.NullMarked;
