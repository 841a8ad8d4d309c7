package dev.simurgh.protocol.spi;

import dev.simurgh.protocol.PayloadException;
import java.lang.reflect.Type;

/**
 * Turns values into JSON and back, with a JSON library of the implementer's choice.
 *
 * <p>Found with {@link java.util.ServiceLoader}. One instance serves all connections on all threads, so it must be thread-safe.
 */
public interface PayloadCodec {

    /**
     * Encodes a value as one JSON value in UTF-8. The array becomes the caller's.
     *
     * @throws PayloadException if the value has no JSON form; the message names its type, not its content
     */
    byte[] encode(Object value);

    /**
     * Decodes one JSON value, which has been checked to be well-formed, as the given type. The array must be neither changed nor kept.
     *
     * @throws PayloadException if the JSON does not fit the type, or is a {@code null} that the type has no object for
     */
    Object decode(byte[] json, int offset, int length, Type type);
}
