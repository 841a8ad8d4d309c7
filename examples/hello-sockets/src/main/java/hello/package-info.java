/** The example application: the channels of a first day with Phoenix, and a tally that survives {@code kill -9}. */
@NullMarked
package hello;

import org.jspecify.annotations.NullMarked;
