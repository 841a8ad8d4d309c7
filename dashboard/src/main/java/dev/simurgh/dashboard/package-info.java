/** What goes on at the nodes of an endpoint, live, in a web page. */
@NullMarked
package dev.simurgh.dashboard;

import org.jspecify.annotations.NullMarked;
