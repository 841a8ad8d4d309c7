/**
 * What carries an endpoint's connections, once they are admitted: WebSocket. It stands on the other rooms.
 *
 * <p>A room of this module, no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.server.carry;

import org.jspecify.annotations.NullMarked;
