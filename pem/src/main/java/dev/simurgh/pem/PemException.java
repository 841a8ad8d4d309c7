package dev.simurgh.pem;

/** Tells which file cannot be used, and what it should be. */
public final class PemException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong. */
    public PemException(String message) {
        super(message);
    }

    /** Says what is wrong, and what showed it. */
    public PemException(String message, Throwable cause) {
        super(message, cause);
    }
}
