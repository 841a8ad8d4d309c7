/**
 * What carries the messages of admitted clients in HTTP requests of their own: polls fetch, posts bring. It stands on
 * {@code admit}.
 *
 * <p>A room of this module, no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.server.poll;

import org.jspecify.annotations.NullMarked;
