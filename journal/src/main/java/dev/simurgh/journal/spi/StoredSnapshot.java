package dev.simurgh.journal.spi;

import dev.simurgh.journal.Position;
import dev.simurgh.protocol.Payload;

/**
 * A snapshot that was kept.
 *
 * @param position of the last entry that is in it
 */
public record StoredSnapshot(Position position, Payload state) {}
