package dev.simurgh.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A {@code ref} or {@code join_ref}: the client's name for a message or a join. Any JSON value, echoed as it came.
 *
 * <p>Equality is that of the JSON text, in which a string has one canonical form, however it was escaped. So {@code "5"} is not
 * {@code 5}, and {@code [1]} is not {@code [ 1 ]}.
 */
public final class Ref {
    /** No ref: the JSON {@code null}. */
    public static final Ref NONE = new Ref("null".getBytes(StandardCharsets.US_ASCII));

    private final byte[] json;

    private Ref(byte[] json) {
        this.json = json;
    }

    /** Returns the ref that is the given string. */
    public static Ref of(String text) {
        return new Ref(new JsonWriter(text.length() + 2).string(text).toBytes());
    }

    /**
     * Returns the ref that is the given JSON value, which is copied without the blanks around it.
     *
     * @throws IllegalArgumentException if it is not one well-formed JSON value
     */
    public static Ref ofJson(byte[] json) {
        JsonScanner in = new JsonScanner(json, 0, json.length, Serializers.DEFAULT_MAX_DEPTH);
        try {
            Ref ref = in.ref();
            in.end();
            return ref;
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException("ref: " + e.reason() + " (expected: one JSON value)", e);
        }
    }

    /** Takes over a JSON value that is well-formed and, if a string, in canonical form. */
    static Ref trusted(byte[] json) {
        return new Ref(json);
    }

    /** Tells whether this is {@link #NONE}. */
    public boolean isNone() {
        return json[0] == 'n';
    }

    /** Returns the JSON text: a shared array, which must not be changed. */
    public byte[] json() {
        return json;
    }

    /** Returns the content of a JSON string, or the JSON text of anything else, as binary frames have it. */
    public String text() {
        return json[0] == '"' ? JsonText.content(json, 1, json.length - 1) : toString();
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Ref that && Arrays.equals(json, that.json));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(json);
    }

    /** Returns the JSON text. */
    @Override
    public String toString() {
        return new String(json, StandardCharsets.UTF_8);
    }
}
