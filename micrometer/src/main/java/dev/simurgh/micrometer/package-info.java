/** The metrics of an endpoint as Micrometer meters. */
@NullMarked
package dev.simurgh.micrometer;

import org.jspecify.annotations.NullMarked;
