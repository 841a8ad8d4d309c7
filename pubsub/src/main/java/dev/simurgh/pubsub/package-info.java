/** Topics, subscriptions and broadcasts: on one node, or on a cluster through a {@link dev.simurgh.pubsub.spi.ClusterAdapter}. */
@NullMarked
package dev.simurgh.pubsub;

import org.jspecify.annotations.NullMarked;
