package dev.simurgh.protocol;

import java.io.Serial;

/** Thrown when a payload cannot be encoded, or is not what the handler asked for. Its message never contains the payload. */
public final class PayloadException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public PayloadException(String message) {
        super(message);
    }

    public PayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
