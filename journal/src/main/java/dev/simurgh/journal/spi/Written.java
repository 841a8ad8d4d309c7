package dev.simurgh.journal.spi;

import dev.simurgh.journal.Position;
import dev.simurgh.protocol.Payload;
import java.util.Optional;

/** What has become of a {@link Write}. */
public sealed interface Written {
    /** The entries are stored; this is the position of the last. */
    record Appended(Position last) implements Written {}

    /** The key was there before, with the same fingerprint: this is what had come of it. Nothing was stored, and no offset used. */
    record Repeated(Position last, Optional<Payload> reply) implements Written {}

    /** The key was there before, with another fingerprint. */
    record KeyReused() implements Written {}

    /** Somebody else has claimed the key, and is not done. */
    record InProgress() implements Written {}

    /** The caller may do it, and then append. */
    record Granted() implements Written {}

    /** The stream's last entry is not the expected one, but this; nothing was stored. */
    record Conflict(Position last) implements Written {}

    /** Done. */
    record Done() implements Written {}
}
