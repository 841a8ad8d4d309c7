package dev.simurgh.token;

/** Leaves the decoder from any depth; never seen outside the package. */
final class MalformedTermException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedTermException(String message) {
        // hostile input is no programming error: a stack trace would only make it expensive
        super(message, null, false, false);
    }
}
