/** Tests channels without a network, a sleep or a timeout. */
@NullMarked
package dev.simurgh.testkit;

import org.jspecify.annotations.NullMarked;
