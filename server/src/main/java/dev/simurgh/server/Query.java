package dev.simurgh.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a request, as Phoenix reads them: a percent sign that starts no escape stands for itself, of several
 * parameters with one name the last counts, and what is not UTF-8 is refused.
 *
 * @param params by name
 * @param vsnIsText false if the last vsn was a list or map, such as {@code vsn[]=2.0.0}
 */
record Query(Map<String, String> params, boolean vsnIsText) {

    /** Reads a query; empty if it is not UTF-8. */
    static Optional<Query> parse(String raw) {
        Map<String, String> params = new HashMap<>();
        boolean vsnIsText = true;
        try {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
                if (name.equals("vsn")) {
                    vsnIsText = true;
                } else if (name.startsWith("vsn[")) {
                    vsnIsText = false;
                }
                if (!name.isEmpty()) {
                    params.put(name, value);
                }
            }
            return Optional.of(new Query(params, vsnIsText));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /**
     * Takes the percent escapes out of a text, whose characters stand for bytes.
     *
     * @throws CharacterCodingException if the result is not UTF-8
     */
    static String decode(String raw, boolean plusIsBlank) throws CharacterCodingException {
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
