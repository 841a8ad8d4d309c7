/**
 * What is the same for all WebSockets, whatever speaks the protocol: what becomes of clients that do not take what waits for them.
 *
 * <p>A room of this module, for the servers that are built on it; no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.transport.carry;

import org.jspecify.annotations.NullMarked;
