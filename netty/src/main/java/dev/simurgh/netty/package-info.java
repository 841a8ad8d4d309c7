/**
 * WebSocket connections on the channels of Netty, 4.1 or 4.2, whoever has accepted them.
 *
 * <p>For the servers that are built on it; no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.netty;

import org.jspecify.annotations.NullMarked;
