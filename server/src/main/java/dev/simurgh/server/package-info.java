/**
 * Carries an {@link dev.simurgh.channel.Endpoint} over the network: WebSocket, static files and health, on Netty.
 *
 * <p>{@link dev.simurgh.server.Server} is where to start.
 */
@NullMarked
package dev.simurgh.server;

import org.jspecify.annotations.NullMarked;
