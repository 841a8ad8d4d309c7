/**
 * What every server needs that carries an endpoint, whatever it is built on: who may come in, how clients are served, an application's own answers.
 */
@NullMarked
package dev.simurgh.transport;

import org.jspecify.annotations.NullMarked;
