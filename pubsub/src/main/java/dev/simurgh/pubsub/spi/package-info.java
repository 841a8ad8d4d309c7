/** What connects the nodes of a cluster. */
@NullMarked
package dev.simurgh.pubsub.spi;

import org.jspecify.annotations.NullMarked;
