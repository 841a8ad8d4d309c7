package dev.simurgh.journal.spi;

import dev.simurgh.journal.Position;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Something to be stored. */
public sealed interface Write {
    /** The stream that it is about. */
    String stream();

    /**
     * Appends entries to a stream, all or none, in a row.
     *
     * @param entries at least one, or none if only the key is to be noted: its position is then where the stream stands
     * @param expected the offset that the stream's last entry must have, if it matters; 0 for a stream without any
     * @param expectedEpoch the epoch that it must have, if it matters: behind a restored backup another entry may have the same offset
     * @param once has it done once at most, under a key
     */
    record Append(
            String stream,
            List<NewEntry> entries,
            OptionalLong expected,
            Optional<String> expectedEpoch,
            Optional<Once> once)
            implements Write {
        /** Whatever the epoch. */
        public Append(String stream, List<NewEntry> entries, OptionalLong expected, Optional<Once> once) {
            this(stream, entries, expected, Optional.empty(), once);
        }

        /** Whether the stream's last entry is as it must be. */
        public boolean expects(Position last) {
            return expected.orElse(last.offset()) == last.offset()
                    && expectedEpoch.orElse(last.epoch()).equals(last.epoch());
        }
    }

    /**
     * Asks to be the one who does what a key stands for, before it is appended. Who was granted it has it for the lease; whoever asks later
     * is granted it anew.
     */
    record Claim(String stream, Once once, Duration lease) implements Write {}

    /** Gives a claim back, undone: the next who asks is granted it. */
    record Release(String stream, Once once) implements Write {}

    /**
     * Keeps a snapshot in the place of an earlier one. From then on the stream's entries behind the snapshot are not trimmed by count or age
     * until there is a newer snapshot.
     *
     * @param offset of the last entry that is in it; 0 before the first, also of a stream that is not there yet
     */
    record Snapshot(String stream, long offset, Payload state) implements Write {}

    /** Notes that a named consumer has everything up to an offset. It never goes back. */
    record Acknowledge(String stream, String consumer, long offset) implements Write {}

    /**
     * An entry that has no place yet.
     *
     * @param payload encoded
     * @param key in a stream that is compacted: it replaces earlier ones of its key
     */
    record NewEntry(String event, Payload payload, Optional<String> key) {}

    /**
     * A key under which something is done once.
     *
     * @param scope whose key it is, such as the user; the same key of another scope, or for another stream, is another key
     * @param fingerprint a digest of what was asked for: the same key with another one is a mistake
     * @param reply what is answered, kept for repetitions; empty if the position is all there is to say
     * @param window for how long the key is known, by the time of the store
     */
    record Once(String scope, String key, String fingerprint, Optional<Payload> reply, Duration window) {}
}
