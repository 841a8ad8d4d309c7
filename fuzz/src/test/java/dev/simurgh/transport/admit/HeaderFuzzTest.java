package dev.simurgh.transport.admit;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.TrustedProxies;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Any text as the headers that tell who a client is: where it comes from, its page, what it speaks, its token. */
class HeaderFuzzTest {
    private static final InetSocketAddress PROXY = new InetSocketAddress("10.0.0.1", 1);
    private static final InetSocketAddress STRANGER = new InetSocketAddress("192.0.2.1", 1);
    private static final OriginPolicy POLICY = OriginPolicy.of("https://example.com", "//*.example.org");

    @FuzzTest
    void header(byte[] data) {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        ForwardedHeaders.Headers headers = name -> name.equals("host") ? List.of() : List.of(text);
        ClientSide.of(TrustedProxies.xForwarded("10.0.0.0/8"), PROXY, false, headers);
        ClientSide.of(TrustedProxies.forwarded("10.0.0.0/8"), PROXY, false, headers);
        ClientSide unforged = ClientSide.of(TrustedProxies.xForwarded("10.0.0.0/8"), STRANGER, false, headers);
        if (!unforged.peer().equals(STRANGER)) {
            throw new AssertionError(unforged);
        }
        origin(text);
        subprotocols(text);
    }

    private static void origin(String text) {
        Origin.parse(text).ifPresent(origin -> {
            if (!Origin.parse(origin.toString()).equals(Optional.of(origin))) {
                throw new AssertionError(origin);
            }
        });
        OriginPattern.forOrigin(text);
        Origin.hostOf(text);
        POLICY.allows(text, "example.com");
        OriginPolicy.sameHost().allows(text, text);
    }

    private static void subprotocols(String text) {
        try {
            Subprotocols.agree(text, List.of("phoenix", "graphql"), true);
            Subprotocols.agree(text, List.of(), false);
        } catch (IllegalArgumentException expected) {
            // a token that is not in base64
        }
    }
}
