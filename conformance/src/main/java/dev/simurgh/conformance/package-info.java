/** The server that the recorded transcripts of a real Phoenix expect; its tests replay them. */
@NullMarked
package dev.simurgh.conformance;

import org.jspecify.annotations.NullMarked;
