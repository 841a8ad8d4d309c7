package dev.simurgh.jackson3;

import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.PayloadTypeException;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.lang.reflect.Type;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * Encodes and decodes payloads with Jackson 3: records, beans, maps, lists, {@code java.time}, {@code Optional} and {@code JsonNode}.
 *
 * <p>Thread-safe. {@link java.util.ServiceLoader} finds the one that {@link #create} makes.
 */
public final class Jackson3Codec implements PayloadCodec {
    private final ObjectMapper mapper;

    /** Makes the codec of {@link #create}, for {@link java.util.ServiceLoader}. */
    public Jackson3Codec() {
        this(Mappers.strict());
    }

    private Jackson3Codec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * Returns a codec that takes JSON only as what it is, so that a client's bug shows: for an {@code int} no 2.9, "7" or {@code null}, for
     * an enum no number, for a {@code String} no number, and for a primitive nothing that is missing. Unknown properties are ignored, so
     * that newer clients can be served. {@code NaN} and what is infinite goes neither in nor out. Times are written as in ISO 8601, enums
     * by name.
     */
    public static Jackson3Codec create() {
        return new Jackson3Codec();
    }

    /**
     * Returns a codec as that of {@link #create}, but with the leniency of Jackson 2 about scalars: 2.9 becomes the {@code int} 2, "7" becomes
     * 7, {@code null}, "" and what is missing become 0, numbers become strings, and enums are found by number.
     */
    public static Jackson3Codec lenient() {
        return new Jackson3Codec(Mappers.lenient());
    }

    /**
     * Returns a codec on an application's own mapper, which must not be reconfigured from now on. All is as that mapper has it: how strict it
     * is, whether it knows {@code java.time}, and what becomes of {@code NaN}.
     */
    public static Jackson3Codec of(ObjectMapper mapper) {
        return new Jackson3Codec(mapper);
    }

    @Override
    public byte[] encode(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (RuntimeException e) {
            String type = value.getClass().getTypeName();
            throw new PayloadException("payload: " + type + " cannot be encoded: " + Problem.of(e), e);
        }
    }

    @Override
    public Object decode(byte[] json, int offset, int length, Type type) {
        JavaType wanted = known(type);
        Object value;
        try {
            value = mapper.readValue(json, offset, length, wanted);
        } catch (InvalidDefinitionException e) {
            throw Problem.isOfJson(e) ? refusal(type, e) : unknown(type, Problem.of(e), e);
        } catch (RuntimeException e) {
            throw refusal(type, e);
        }
        if (value == null) {
            throw new PayloadException("payload: null (expected: " + type.getTypeName() + ")");
        }
        return value;
    }

    private JavaType known(Type type) {
        try {
            return mapper.constructType(type);
        } catch (RuntimeException e) {
            throw unknown(type, String.valueOf(e.getMessage()), e);
        }
    }

    private static PayloadTypeException unknown(Type type, String why, Exception e) {
        return new PayloadTypeException(
                "payload type: " + type.getTypeName() + " cannot be decoded, whatever the JSON: " + why
                        + " (expected: a record, Map.class or another type that Jackson can make; or"
                        + " Endpoint.builder().codec(Jackson3Codec.of(mapper)) with a mapper that can)",
                e);
    }

    /** Leaves Jackson's own exception out: it quotes the payload, which a hostile client could use to fill the log. What a constructor of the application's throws is the cause. */
    private static PayloadException refusal(Type type, Exception e) {
        String message =
                "payload: JSON that does not fit: " + Problem.of(e) + " (expected: " + type.getTypeName() + ")";
        Throwable own = e instanceof JacksonException ? e.getCause() : e;
        // what the JDK says of a text that is no date, for one, quotes it
        return own == null || own instanceof JacksonException || e instanceof MismatchedInputException
                ? new PayloadException(message)
                : new PayloadException(message, own);
    }
}
