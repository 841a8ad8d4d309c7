/**
 * What speaks HTTP: connections, exchanges, routes, handlers and files. It stands on {@code listen}.
 *
 * <p>A room of this module, no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.server.http;

import org.jspecify.annotations.NullMarked;
