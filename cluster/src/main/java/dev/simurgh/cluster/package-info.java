/** Nodes that tell each other which topics they have subscribers for, and send each broadcast only where it is wanted. */
@NullMarked
package dev.simurgh.cluster;

import org.jspecify.annotations.NullMarked;
