package dev.simurgh.server;

/** Thrown if a server cannot start, such as when its port is taken. */
public final class ServerStartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong, and what was expected. */
    public ServerStartException(String message) {
        super(message);
    }

    /** Says what is wrong, what was expected, and what it came from. */
    public ServerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
