/** The protocol of an endpoint, from its specs: as a document, and as types. */
@NullMarked
package dev.simurgh.asyncapi;

import org.jspecify.annotations.NullMarked;
