package dev.simurgh.token;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Any bytes as the term in a token whose signature is right: what another application that knows the secret may have signed. */
class TermFuzzTest {
    private static final String SECRET = "a secret of more than twenty bytes";
    private static final byte[] KEY =
            new DerivedKeys(SECRET.getBytes(StandardCharsets.UTF_8), 1000, 32, Digest.SHA256).forSalt("fuzz");
    private static final Tokens TOKENS = Tokens.of(SECRET);

    @FuzzTest
    void term(byte[] data) {
        Verified verified = TOKENS.verify("fuzz", SignedMessage.sign(data, KEY), Tokens.FOREVER);
        if (verified instanceof Verified.Valid valid) {
            byte[] written = TermEncoder.encode(valid.value());
            Verified again = TOKENS.verify("fuzz", TOKENS.sign("fuzz", valid.value()));
            if (!(again instanceof Verified.Valid same) || !Arrays.equals(TermEncoder.encode(same.value()), written)) {
                throw new AssertionError(valid + " (signed again: " + again + ")");
            }
        }
    }
}
