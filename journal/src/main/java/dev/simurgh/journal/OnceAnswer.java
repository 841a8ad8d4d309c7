package dev.simurgh.journal;

import dev.simurgh.protocol.Payload;

/**
 * What a push with an idempotency key is answered.
 *
 * @param reply encoded; {@link Payload#EMPTY} if there was nothing to say
 * @param position of the last that was broadcast with it, or where the topic stood
 * @param repeated whether that was known before, so that no handler was run
 */
public record OnceAnswer(Payload reply, Position position, boolean repeated) {}
