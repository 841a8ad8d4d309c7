package dev.simurgh.transport.admit;

import dev.simurgh.protocol.Protocol;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is agreed on by the {@code Sec-WebSocket-Protocol} header: a sub-protocol, and the auth token that phoenix.js hides
 * among them, since a browser's WebSocket has no other header to put it in.
 *
 * @param chosen the first of the server's that the client offers too
 * @param authToken the token; empty if there is none, or more than one
 * @param refused whether the client offers only what is not spoken here
 * @param tokenIgnored whether the client offers a token, and none is taken
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2">RFC 6455, section 4.2.2</a>
 */
public record Subprotocols(Optional<String> chosen, Optional<String> authToken, boolean refused, boolean tokenIgnored) {

    private static final Subprotocols NONE = new Subprotocols(Optional.empty(), Optional.empty(), false, false);

    /** RFC 9110, section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /**
     * Checks names.
     *
     * @throws IllegalArgumentException if one is no token, or named twice
     */
    public static List<String> checked(String... names) {
        List<String> distinct = Arrays.stream(names).distinct().toList();
        if (distinct.size() < names.length || !distinct.stream().allMatch(TOKEN.asMatchPredicate())) {
            throw new IllegalArgumentException("subprotocols: " + String.join(", ", names)
                    + " (expected: names of letters, digits and !#$%&'*+-.^_`|~, each once)");
        }
        return distinct;
    }

    /** The names that are spoken, with the one that belongs to auth tokens. */
    public static List<String> spoken(List<String> names, boolean takesToken) {
        return takesToken && !names.contains(Protocol.SUBPROTOCOL)
                ? Stream.concat(Stream.of(Protocol.SUBPROTOCOL), names.stream()).toList()
                : names;
    }

    /**
     * Reads an offer.
     *
     * @param offer the header's value, or an empty text
     * @param spoken what the server speaks, best first; if empty, offers count for nothing
     * @throws IllegalArgumentException if a token is not in base64
     */
    public static Subprotocols agree(String offer, List<String> spoken, boolean takesToken) {
        if (offer.isEmpty()) {
            return NONE;
        }
        List<String> offered = new ArrayList<>();
        List<String> tokens = new ArrayList<>();
        for (String each : offer.split(",", -1)) {
            String name = each.strip();
            if (takesToken && name.startsWith(Protocol.AUTH_TOKEN_PREFIX)) {
                tokens.add(name.substring(Protocol.AUTH_TOKEN_PREFIX.length()));
            } else if (!name.isEmpty()) {
                offered.add(name);
            }
        }
        Optional<String> token = tokens.size() == 1 ? Optional.of(decode(tokens.get(0))) : Optional.empty();
        Optional<String> chosen = spoken.stream().filter(offered::contains).findFirst();
        boolean tokenIgnored =
                !takesToken && offered.stream().anyMatch(name -> name.startsWith(Protocol.AUTH_TOKEN_PREFIX));
        boolean refused = !spoken.isEmpty() && !offered.isEmpty() && chosen.isEmpty();
        return new Subprotocols(chosen, token, refused, tokenIgnored);
    }

    /** Both alphabets of base64, with and without padding. What is not UTF-8 is Latin-1, as {@code btoa} takes it. */
    private static String decode(String encoded) {
        byte[] bytes = Base64.getDecoder().decode(encoded.replace('-', '+').replace('_', '/'));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
