package dev.simurgh.journal;

import org.jspecify.annotations.Nullable;

/** Something was not stored or read. Comes through the futures of a {@link Journal}. */
public class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final boolean outcomeUnknown;

    /**
     * Says what has failed.
     *
     * @param outcomeUnknown whether what was to be written may have been
     */
    public JournalException(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /**
     * Tells whether what was to be written may have been, or may still be. Who writes it again needs an idempotency key; who does not,
     * must not say that it was not stored.
     */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
