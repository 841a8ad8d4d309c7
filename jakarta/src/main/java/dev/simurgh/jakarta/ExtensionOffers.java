package dev.simurgh.jakarta;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers in {@code Sec-WebSocket-Extensions}. Containers throw what they like when it is not well-formed, so it is looked at before.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-9.1">RFC 6455, section 9.1</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692#section-7.1">RFC 7692, section 7.1</a>
 */
final class ExtensionOffers {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]++");
    private static final Pattern BITS = Pattern.compile("[89]|1[0-5]");

    private ExtensionOffers() {}

    /** Whether a container can make something of them. */
    static boolean areValid(Iterable<String> headers) {
        for (String header : headers) {
            for (String offer : header.split(",", -1)) {
                if (!isValid(offer.split(";", -1))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isValid(String[] parts) {
        String name = parts[0].strip();
        boolean deflate = name.toLowerCase(Locale.ROOT).equals("permessage-deflate");
        Set<String> seen = new HashSet<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String parameter = (equals < 0 ? parts[i] : parts[i].substring(0, equals)).strip();
            String value =
                    equals < 0 ? null : unquoted(parts[i].substring(equals + 1).strip());
            if (!isToken(parameter) || (value != null && !isToken(value))) {
                return false;
            }
            if (deflate && !(deflates(parameter, value) && seen.add(parameter))) {
                return false;
            }
        }
        return isToken(name);
    }

    private static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static boolean deflates(String parameter, @Nullable String value) {
        return switch (parameter) {
            case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
            case "client_max_window_bits" ->
                value == null || BITS.matcher(value).matches();
            case "server_max_window_bits" ->
                value != null && BITS.matcher(value).matches();
            default -> false;
        };
    }
}
