package dev.simurgh.journal;

/** The idempotency key of a push was there before, with another event or payload: its client has made a mistake. */
public final class KeyReusedException extends JournalException {
    private static final long serialVersionUID = 1;

    KeyReusedException(String key) {
        super(
                "key: " + key
                        + " with another content than before (expected: a new key for each push, and the same content if it is sent again)",
                false,
                null);
    }
}
