package dev.simurgh.channel;

import java.time.Duration;

/**
 * Comes to the {@code handleInfo} of channels that take it, when their connection is about to expire: it is time to ask the client for a
 * fresh token, and to {@link Socket#renew} when it has come. A minute before the end, or at half of the time if that was less than two
 * minutes. Whoever joins later than that hears it behind the join, and a renewed connection has its next warning in its time.
 *
 * @param left how long the connection will last yet
 */
public record ExpiryWarning(Duration left) {}
