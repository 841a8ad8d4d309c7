/** Who is on a topic, on every node of a cluster, as phoenix.js shows it. */
@NullMarked
package dev.simurgh.presence;

import org.jspecify.annotations.NullMarked;
