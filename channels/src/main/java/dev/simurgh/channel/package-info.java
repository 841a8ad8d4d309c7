/** Endpoints, sockets and channels: what an application is written with. Knows no network and no JSON library. */
@NullMarked
package dev.simurgh.channel;

import org.jspecify.annotations.NullMarked;
