/** A cluster on JGroups: finds the nodes, tells which are there, and carries messages between them over TCP. */
@NullMarked
package dev.simurgh.cluster.jgroups;

import org.jspecify.annotations.NullMarked;
