/** Channels on the port of an application's own Reactor Netty server, with or without WebFlux. */
@NullMarked
package dev.simurgh.reactor;

import org.jspecify.annotations.NullMarked;
