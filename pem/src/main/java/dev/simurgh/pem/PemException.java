package dev.simurgh.pem;

/** Tells which file cannot be used, and what it should be. */
public final class PemException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    PemException(String message) {
        super(message);
    }

    PemException(String message, Throwable cause) {
        super(message, cause);
    }
}
