package dev.simurgh.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HChaCha20Test {
    /** draft-irtf-cfrg-xchacha-03, section 2.2.1. */
    @Test
    void theSubkeyIsThatOfTheDraft() {
        byte[] key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        byte[] nonce = hex("000000090000004a0000000031415927");
        assertThat(HChaCha20.subkey(key, nonce))
                .isEqualTo(hex("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
