package dev.simurgh.server;

/** Thrown if a server cannot start, such as when its port is taken. */
public final class ServerStartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ServerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
