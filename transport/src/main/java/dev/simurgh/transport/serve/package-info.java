/**
 * What a server has beside its sockets. It stands on the other rooms.
 *
 * <p>A room of this module, for the servers that are built on it; no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.transport.serve;

import org.jspecify.annotations.NullMarked;
