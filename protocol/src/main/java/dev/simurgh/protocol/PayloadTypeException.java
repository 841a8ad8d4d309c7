package dev.simurgh.protocol;

import java.io.Serial;

/**
 * Thrown when a type can be decoded from no payload at all: the codec does not know how to make one. That is a mistake in the server,
 * whatever its clients send, so it is no {@link PayloadException}. Its message says what to do.
 */
public final class PayloadTypeException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** Makes an exception whose message names the type and the remedy. */
    public PayloadTypeException(String message, Throwable cause) {
        super(message, cause);
    }
}
