/**
 * What admits: whose page, which version, which token, behind which proxies. It stands on {@code http}.
 *
 * <p>A room of this module, for the servers that are built on it; no API: it may change with each release.
 */
@NullMarked
package dev.simurgh.transport.admit;

import org.jspecify.annotations.NullMarked;
