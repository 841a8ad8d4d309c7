/**
 * The messages of the Phoenix Channels protocol, and the two serializers ({@code vsn} 1.0.0 and 2.0.0) that read and write them.
 *
 * <p>Everything here is immutable or confined to one call, and may be used on any thread.
 */
@NullMarked
package dev.simurgh.protocol;

import org.jspecify.annotations.NullMarked;
