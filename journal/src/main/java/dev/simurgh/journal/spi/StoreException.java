package dev.simurgh.journal.spi;

import org.jspecify.annotations.Nullable;

/** A store cannot be used now, or has failed. */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final boolean outcomeUnknown;

    /**
     * Says what has failed.
     *
     * @param outcomeUnknown whether what was to be written may have been, as when the connection is lost during a commit
     */
    public StoreException(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Tells whether what was to be written may have been. */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
