/** What carries connections, and what owns time. */
@NullMarked
package dev.simurgh.channel.spi;

import org.jspecify.annotations.NullMarked;
