/** Measures: a load generator that speaks the plain protocol, and microbenchmarks of what is on the hot path. */
@NullMarked
package dev.simurgh.benchmarks;

import org.jspecify.annotations.NullMarked;
