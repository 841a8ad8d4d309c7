/**
 * What listens: sockets, the event loops with their clocks, TLS and the PROXY protocol. It knows none of the other rooms.
 *
 * <p>A room of this module, no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.server.listen;

import org.jspecify.annotations.NullMarked;
