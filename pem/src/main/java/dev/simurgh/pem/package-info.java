/** Certificates and private keys in files of PEM form, for all that speaks TLS. */
@NullMarked
package dev.simurgh.pem;

import org.jspecify.annotations.NullMarked;
