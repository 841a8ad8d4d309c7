/** An auction: bids must not be lost, and everybody sees the same ones in the same order. */
@NullMarked
package auction;

import org.jspecify.annotations.NullMarked;
