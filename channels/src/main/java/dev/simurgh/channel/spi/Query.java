package dev.simurgh.channel.spi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a request, as Phoenix reads them, for all transports and the test kit: a percent sign that starts no escape stands for itself, of several
 * parameters with one name the last counts, {@code a[]=1} is an element of a list and {@code c[k]=v} an entry of a map,
 * and what is not UTF-8 is refused. So is more than {@value #MAX_PARAMS} parameters, and deeper nesting than {@value
 * #MAX_DEPTH}, which Phoenix does not limit.
 *
 * @param nested texts, lists and maps by name
 */
public record Query(Map<String, Object> nested) {
    /** How many parameters there may be. */
    public static final int MAX_PARAMS = 1000;

    /** How many pairs of brackets a name may have. */
    public static final int MAX_DEPTH = 16;

    /** Reads a query; empty if it is not UTF-8, or beyond the limits. */
    public static Optional<Query> parse(String raw) {
        NestedParams params = new NestedParams(MAX_DEPTH);
        int count = 0;
        try {
            for (String pair : raw.split("&", -1)) {
                if (pair.isEmpty()) {
                    continue;
                }
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
                if (++count > MAX_PARAMS || !params.add(name, value)) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Query(params.toMap()));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The parameters that are texts. */
    public Map<String, String> params() {
        Map<String, String> texts = new LinkedHashMap<>();
        nested.forEach((name, value) -> {
            if (value instanceof String text) {
                texts.put(name, text);
            }
        });
        return Collections.unmodifiableMap(texts);
    }

    /** These parameters, and others over them. */
    public Query with(Map<String, String> others) {
        Map<String, Object> all = new LinkedHashMap<>(nested);
        all.putAll(others);
        return new Query(Collections.unmodifiableMap(all));
    }

    /**
     * Takes the percent escapes out of a text, whose characters stand for bytes.
     *
     * @throws CharacterCodingException if the result is not UTF-8
     */
    public static String decode(String raw, boolean plusIsBlank) throws CharacterCodingException {
        return isPlain(raw, plusIsBlank) ? raw : decodeBytes(raw, plusIsBlank);
    }

    /** Whether nothing is to be taken out, as in nearly all. */
    private static boolean isPlain(String raw, boolean plusIsBlank) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c >= 128 || c == '%' || (c == '+' && plusIsBlank)) {
                return false;
            }
        }
        return true;
    }

    private static String decodeBytes(String raw, boolean plusIsBlank) throws CharacterCodingException {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%' && i + 2 < raw.length() && isHex(raw.charAt(i + 1)) && isHex(raw.charAt(i + 2))) {
                bytes[length++] = (byte) Integer.parseInt(raw, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[length++] = c == '+' && plusIsBlank ? (byte) ' ' : (byte) c;
            }
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, 0, length))
                .toString();
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 128;
    }
}
