package dev.simurgh.netty;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What server and client have agreed on for permessage-deflate. The first offer that can be met is taken, its
 * parameters in its own order, as Phoenix on Bandit does.
 *
 * @param response the value of the header that agrees
 * @param ownTakeover whether messages to the client may refer to those before
 * @param clientTakeover whether messages of the client may refer to those before
 * @param windowBits how far back messages to the client may refer, as a power of two
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692#section-7.1">RFC 7692, section 7.1</a>
 */
record DeflateTerms(String response, boolean ownTakeover, boolean clientTakeover, int windowBits) {
    static final int MAX_WINDOW_BITS = 15;

    private static final String NAME = "permessage-deflate";
    private static final String OWN_NO_TAKEOVER = "server_no_context_takeover";
    private static final String CLIENT_NO_TAKEOVER = "client_no_context_takeover";
    private static final String OWN_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";

    /** Agrees to one of the offers in a client's headers, or to none. */
    static Optional<DeflateTerms> negotiate(List<String> headers, boolean takeover) {
        return headers.stream()
                .flatMap(header -> List.of(header.split(",")).stream())
                .map(offer -> agree(offer, takeover))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<DeflateTerms> agree(String offer, boolean takeover) {
        String[] parts = offer.split(";", -1);
        if (!parts[0].strip().toLowerCase(Locale.ROOT).equals(NAME)) {
            return Optional.empty();
        }
        List<String> agreed = new ArrayList<>(List.of(NAME));
        Set<String> names = new HashSet<>();
        int windowBits = MAX_WINDOW_BITS;
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String name = (equals < 0 ? parts[i] : parts[i].substring(0, equals)).strip();
            String value =
                    equals < 0 ? null : unquoted(parts[i].substring(equals + 1).strip());
            int bits = bits(name, value);
            if (bits < 0 || !names.add(name)) {
                return Optional.empty();
            }
            if (name.equals(OWN_WINDOW)) {
                windowBits = bits;
            }
            agreed.add(bits == 0 ? name : name + "=" + bits);
        }
        if (!takeover) {
            require(OWN_NO_TAKEOVER, names, agreed);
            require(CLIENT_NO_TAKEOVER, names, agreed);
        }
        return Optional.of(new DeflateTerms(
                String.join(";", agreed),
                !names.contains(OWN_NO_TAKEOVER),
                !names.contains(CLIENT_NO_TAKEOVER),
                windowBits));
    }

    private static void require(String name, Set<String> names, List<String> agreed) {
        if (names.add(name)) {
            agreed.add(name);
        }
    }

    /** The window bits that a parameter stands for, 0 if it has none, or -1 if it is no valid parameter of an offer. */
    private static int bits(String name, @Nullable String value) {
        return switch (name) {
            case OWN_NO_TAKEOVER, CLIENT_NO_TAKEOVER -> value == null ? 0 : -1;
            case CLIENT_WINDOW -> value == null ? MAX_WINDOW_BITS : bits(value);
            case OWN_WINDOW -> value == null ? -1 : bits(value);
            default -> -1;
        };
    }

    private static int bits(String value) {
        return value.matches("[89]|1[0-5]") ? Integer.parseInt(value) : -1;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** Whether a message looks the same to all clients with such terms. */
    boolean sharesOutput() {
        return !ownTakeover && windowBits == MAX_WINDOW_BITS;
    }
}
