package dev.simurgh.journal;

import dev.simurgh.protocol.Payload;
import java.util.Optional;

/**
 * One entry of a stream, as it was stored.
 *
 * @param position its own
 * @param event what it is, such as {@code bid}
 * @param payload {@link Payload.Json} or {@link Payload.Binary}
 * @param key in a stream that is compacted: an entry replaces earlier ones of its key
 */
public record Entry(Position position, String event, Payload payload, Optional<String> key) {}
