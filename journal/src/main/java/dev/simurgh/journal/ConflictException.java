package dev.simurgh.journal;

/** A stream's last entry was not the one that was expected, so nothing was stored. */
public final class ConflictException extends JournalException {
    private static final long serialVersionUID = 1;
    private final transient Position last;

    ConflictException(String stream, Position last) {
        super(
                "stream " + stream + ": its last entry is " + last + " (expected: the offset that append was given)",
                false,
                null);
        this.last = last;
    }

    /** Where the stream stood. */
    public Position last() {
        return last;
    }
}
