package dev.simurgh.protocol;

import java.io.Serial;

/**
 * Thrown when a payload cannot be encoded, or is not what the handler asked for. Its message never contains the payload. A type that no
 * payload can be decoded to is a {@link PayloadTypeException}.
 */
public final class PayloadException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** Makes an exception whose message says what was expected. */
    public PayloadException(String message) {
        super(message);
    }

    /** Makes an exception for a defect in the application's own types; a cause that quotes the payload should be left out. */
    public PayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
