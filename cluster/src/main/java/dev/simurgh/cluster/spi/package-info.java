/** What carries messages between nodes. */
@NullMarked
package dev.simurgh.cluster.spi;

import org.jspecify.annotations.NullMarked;
