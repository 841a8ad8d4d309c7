package dev.simurgh.testkit;

/** Tasks set each other off without end, and no time passes. */
final class NeverRestsException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    NeverRestsException(String message) {
        super(message);
    }
}
