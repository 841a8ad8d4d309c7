package dev.simurgh.token;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any text as a token: who does not know the secret has none that is genuine. */
class TokenFuzzTest {
    private static final Tokens TOKENS = Tokens.of("a secret of more than twenty bytes");
    private static final String GENUINE = TOKENS.sign("fuzz", 1);

    @FuzzTest
    void token(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        refused(text, TOKENS.verify("fuzz", text));
        refused(text, TOKENS.decrypt("fuzz", text));
        String forged =
                GENUINE.substring(0, GENUINE.indexOf('.')) + "." + text + GENUINE.substring(GENUINE.lastIndexOf('.'));
        refused(forged, TOKENS.verify("fuzz", forged));
    }

    private static void refused(String token, Verified verified) {
        if (verified != Verified.Refused.INVALID && !token.equals(GENUINE)) {
            throw new AssertionError(token + ": " + verified);
        }
    }
}
