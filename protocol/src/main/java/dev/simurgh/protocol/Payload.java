package dev.simurgh.protocol;

import dev.simurgh.protocol.spi.PayloadCodec;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a message carries: JSON as bytes, binary data, or a value that is still to be encoded.
 *
 * <p>JSON from a client stays a slice of the frame it came in until a handler asks for an object, and goes out unparsed if it is
 * broadcast unchanged. The arrays are shared and must not be changed.
 */
public sealed interface Payload {

    /** The empty JSON object. */
    Payload EMPTY = json("{}");

    /**
     * Returns the given JSON value as a payload.
     *
     * @throws IllegalArgumentException if it is not one well-formed JSON value, nested at most {@value Serializers#DEFAULT_MAX_DEPTH} deep
     */
    static Payload json(String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        JsonScanner in = new JsonScanner(utf8, 0, utf8.length, Serializers.DEFAULT_MAX_DEPTH);
        try {
            Payload payload = in.payload();
            in.end();
            return payload;
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException("payload: " + e.reason() + " (expected: one JSON value)", e);
        }
    }

    /** Returns a payload over a slice of an array. It is trusted to be one JSON value in UTF-8: neither checked nor copied. */
    static Payload json(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        return new Json(array, offset, length);
    }

    /** Returns a binary payload over the given array, which is not copied. */
    static Payload binary(byte[] bytes) {
        return new Binary(bytes, 0, bytes.length);
    }

    /** Returns a binary payload over a slice of an array, which is not copied. */
    static Payload binary(byte[] array, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, array.length);
        return new Binary(array, offset, length);
    }

    /** Returns a payload as it is, a {@code byte[]} as a binary payload, and anything else as a value to be encoded. */
    static Payload of(Object value) {
        if (value instanceof Payload payload) {
            return payload;
        }
        return value instanceof byte[] bytes
                ? binary(bytes)
                : new Value(
                        Objects.requireNonNull(
                                value,
                                "payload: null (expected: a record, a map or bytes; Payload.EMPTY where there is nothing to say)"));
    }

    /**
     * Returns the payload in the form that goes over the wire: {@link Json} or {@link Binary}. A value is encoded anew at each call. Half of
     * a surrogate pair in its texts becomes a question mark, as in topics and events: it is no character, and has no form in UTF-8.
     *
     * @throws PayloadException if a value cannot be encoded
     */
    Payload encoded(PayloadCodec codec);

    /**
     * Returns the payload as the given type: {@code Payload} gives the payload itself, {@code byte[]} a copy of binary data, and any
     * other type is decoded from JSON. A value that is already of that type is returned as it is.
     *
     * @throws PayloadException if the payload is binary and a JSON type was asked for, the other way round, or JSON that does not fit
     * @throws PayloadTypeException if the codec cannot decode the type at all
     */
    Object as(Type type, PayloadCodec codec);

    /**
     * Returns the payload as the given class, by the rules of {@link #as(Type, PayloadCodec)}.
     *
     * @throws PayloadException likewise
     * @throws PayloadTypeException likewise
     */
    // No default method: it would have each of these classes initialize this interface, whose EMPTY initializes one of
    // them, and two threads that begin with one each wait for each other.
    <T> T as(Class<T> type, PayloadCodec codec);

    @SuppressWarnings("unchecked") // Class.cast refuses int.class, for which the codec gives an Integer
    private static <T> T as(Payload payload, Class<T> type, PayloadCodec codec) {
        return (T) payload.as((Type) type, codec);
    }

    private static int hash(byte[] array, int offset, int length) {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    /** JSON in UTF-8: a slice of a shared array. */
    final class Json implements Payload {
        private static final int SHOWN_CHARS = 200;

        private final byte[] array;
        private final int offset;
        private final int length;

        private Json(byte[] array, int offset, int length) {
            this.array = array;
            this.offset = offset;
            this.length = length;
        }

        static Json trusted(byte[] json) {
            return new Json(json, 0, json.length);
        }

        /** Returns an encoded payload as JSON, which is what the rule says is expected. */
        static Json require(Payload payload, String rule) {
            if (payload instanceof Json json) {
                return json;
            }
            throw new IllegalArgumentException(
                    payload instanceof Binary
                            ? "payload: " + payload + " (expected: " + rule + ")"
                            : "payload: a value (expected: payload.encoded(codec) before a serializer gets it)");
        }

        /** Returns the array, which must not be changed and may hold more than this payload. */
        public byte[] array() {
            return array;
        }

        /** Returns where the JSON begins. */
        public int offset() {
            return offset;
        }

        /** Returns how many bytes of JSON there are. */
        public int length() {
            return length;
        }

        /** Tells whether this is a JSON object, the only JSON that vsn 2 can push or broadcast. */
        public boolean isObject() {
            int first = offset;
            int end = offset + length;
            while (first < end && JsonScanner.isBlank(array[first])) {
                first++;
            }
            return first < end && array[first] == '{';
        }

        /** The content of a JSON string; empty if this is any other JSON. */
        public Optional<String> string() {
            return JsonMembers.string(this);
        }

        /** The value of a member of this object, the last one if several have the name; empty if there is none, or this is no object. */
        public Optional<Json> member(String name) {
            return isObject() ? JsonMembers.find(this, name) : Optional.empty();
        }

        /**
         * This object with a member behind its own. That it has none of this name is for the caller to know.
         *
         * @throws IllegalStateException if it is no object
         */
        public Json with(String name, Json value) {
            if (!isObject()) {
                throw new IllegalStateException("payload: " + this + " (expected: a JSON object)");
            }
            return JsonMembers.with(this, name, value);
        }

        /**
         * This object without its members of some names, in whatever way these are written.
         *
         * @throws IllegalStateException if it is no object
         */
        public Json without(Set<String> names) {
            if (!isObject()) {
                throw new IllegalStateException("payload: " + this + " (expected: a JSON object)");
            }
            return JsonMembers.without(this, names);
        }

        @Override
        public Payload encoded(PayloadCodec codec) {
            return this;
        }

        @Override
        public Object as(Type type, PayloadCodec codec) {
            if (type instanceof Class<?> wanted) {
                if (Payload.class.isAssignableFrom(wanted) && wanted.isInstance(this)) {
                    return this;
                }
                if (wanted == byte[].class || wanted == Binary.class) {
                    throw new PayloadException("payload: JSON (expected: binary data)");
                }
            }
            return codec.decode(array, offset, length, type);
        }

        @Override
        public <T> T as(Class<T> type, PayloadCodec codec) {
            return Payload.as(this, type, codec);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Json that
                    && Arrays.equals(
                            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
        }

        @Override
        public int hashCode() {
            return Payload.hash(array, offset, length);
        }

        /** Returns the JSON text, cut after 200 characters. */
        @Override
        public String toString() {
            int bytes = Math.min(length, SHOWN_CHARS * 4);
            String text = new String(array, offset, bytes, StandardCharsets.UTF_8);
            return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
        }
    }

    /** Binary data: a slice of a shared array. */
    final class Binary implements Payload {
        private final byte[] array;
        private final int offset;
        private final int length;

        private Binary(byte[] array, int offset, int length) {
            this.array = array;
            this.offset = offset;
            this.length = length;
        }

        /** Returns the array, which must not be changed and may hold more than this payload. */
        public byte[] array() {
            return array;
        }

        /** Returns where the data begins. */
        public int offset() {
            return offset;
        }

        /** Returns how many bytes there are. */
        public int length() {
            return length;
        }

        @Override
        public Payload encoded(PayloadCodec codec) {
            return this;
        }

        @Override
        public Object as(Type type, PayloadCodec codec) {
            if (type == byte[].class) {
                return Arrays.copyOfRange(array, offset, offset + length);
            }
            if (type == Payload.class || type == Binary.class) {
                return this;
            }
            throw new PayloadException(
                    "payload: binary, " + length + " bytes (expected: JSON for " + type.getTypeName() + ")");
        }

        @Override
        public <T> T as(Class<T> type, PayloadCodec codec) {
            return Payload.as(this, type, codec);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Binary that
                    && Arrays.equals(
                            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
        }

        @Override
        public int hashCode() {
            return Payload.hash(array, offset, length);
        }

        /** Returns {@code "binary, N bytes"}. */
        @Override
        public String toString() {
            return "binary, " + length + " bytes";
        }
    }

    /** A value that is still to be encoded as JSON. */
    final class Value implements Payload {
        private final Object value;

        private Value(Object value) {
            this.value = value;
        }

        /** Returns the value. */
        public Object value() {
            return value;
        }

        @Override
        public Payload encoded(PayloadCodec codec) {
            byte[] json = codec.encode(value);
            JsonTokens.replaceHalfPairs(json);
            return Json.trusted(json);
        }

        @Override
        public Object as(Type type, PayloadCodec codec) {
            if (type instanceof Class<?> wanted) {
                if (wanted.isInstance(value)) {
                    return value;
                }
                if (wanted.isInstance(this)) {
                    return this;
                }
            }
            return encoded(codec).as(type, codec);
        }

        @Override
        public <T> T as(Class<T> type, PayloadCodec codec) {
            return Payload.as(this, type, codec);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Value that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }
}
