package dev.simurgh.protocol.spi;

import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.PayloadTypeException;
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
     * @throws PayloadException if the value has no JSON form, such as {@code NaN}; the message names its type, not its content
     */
    byte[] encode(Object value);

    /**
     * Decodes one JSON value as the given type. What comes from clients has been checked to be well-formed, to have no half of a surrogate
     * pair, and no fraction or exponent that makes a number bigger than a double. The array must be neither changed nor kept.
     *
     * @param type a class, {@code int.class} and the like included, or a generic type
     * @throws PayloadException if the JSON does not fit the type, or is a {@code null} that the type has no object for
     * @throws PayloadTypeException if no JSON at all fits the type, because of how it is made
     */
    Object decode(byte[] json, int offset, int length, Type type);
}
