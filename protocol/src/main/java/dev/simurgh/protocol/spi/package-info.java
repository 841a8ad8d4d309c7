/** What an implementer provides: the library that turns payloads into objects and back. */
@NullMarked
package dev.simurgh.protocol.spi;

import org.jspecify.annotations.NullMarked;
