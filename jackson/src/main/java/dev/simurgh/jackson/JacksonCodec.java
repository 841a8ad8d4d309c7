package dev.simurgh.jackson;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.io.IOException;
import java.lang.reflect.Type;

/**
 * Encodes and decodes payloads with Jackson 2: records, beans, maps, lists and {@code JsonNode}.
 *
 * <p>Thread-safe. {@link java.util.ServiceLoader} finds the one that {@link #create} makes.
 */
public final class JacksonCodec implements PayloadCodec {
    private final ObjectMapper mapper;

    /** Makes the codec of {@link #create}, for {@link java.util.ServiceLoader}. */
    public JacksonCodec() {
        this(JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build());
    }

    private JacksonCodec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Returns a codec with Jackson's defaults, except that unknown properties are ignored, so that newer clients can be served. */
    public static JacksonCodec create() {
        return new JacksonCodec();
    }

    /** Returns a codec on an application's own mapper, which must not be reconfigured from now on. */
    public static JacksonCodec of(ObjectMapper mapper) {
        return new JacksonCodec(mapper);
    }

    @Override
    public byte[] encode(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException | RuntimeException e) {
            String type = value.getClass().getTypeName();
            throw new PayloadException("payload: " + type + " cannot be encoded: " + Problem.of(e), e);
        }
    }

    @Override
    public Object decode(byte[] json, int offset, int length, Type type) {
        Object value;
        try {
            value = mapper.readValue(json, offset, length, mapper.constructType(type));
        } catch (IOException | RuntimeException e) {
            throw refusal(type, e);
        }
        if (value == null) {
            throw new PayloadException("payload: null (expected: " + type.getTypeName() + ")");
        }
        return value;
    }

    /** Leaves Jackson's own exception out: it quotes the payload, which a hostile client could use to fill the log. */
    private static PayloadException refusal(Type type, Exception e) {
        String message =
                "payload: JSON that does not fit: " + Problem.of(e) + " (expected: " + type.getTypeName() + ")";
        Throwable own = e instanceof JacksonException ? e.getCause() : e;
        return own == null || own instanceof JacksonException
                ? new PayloadException(message)
                : new PayloadException(message, own);
    }
}
