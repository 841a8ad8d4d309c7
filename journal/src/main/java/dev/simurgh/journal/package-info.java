/** Topics whose messages are kept, clients that resume, pushes that count once, and state that survives. */
@NullMarked
package dev.simurgh.journal;

import org.jspecify.annotations.NullMarked;
