/** What a journal is stored in. */
@NullMarked
package dev.simurgh.journal.spi;

import org.jspecify.annotations.NullMarked;
