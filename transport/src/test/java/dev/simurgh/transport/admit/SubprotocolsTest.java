package dev.simurgh.transport.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubprotocolsTest {
    private static final String PREFIX = "base64url.bearer.phx.";

    private static Subprotocols agree(String offer) {
        return Subprotocols.agree(offer, List.of("alpha", "beta"), true);
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', false",
        "alpha, alpha, false",
        "beta, beta, false",
        "'beta, alpha', alpha, false",
        "'gamma,beta', beta, false",
        "gamma, '', true",
        "ALPHA, '', true",
        "'gamma, base64url.bearer.phx.YQ', '', true",
        "', ,', '', false"
    })
    void theServersOrderDecides(String offer, String chosen, boolean refused) {
        assertThat(agree(offer).chosen().orElse("")).isEqualTo(chosen);
        assertThat(agree(offer).refused()).isEqualTo(refused);
    }

    @Test
    void whoSpeaksNoneTakesEveryOffer() {
        Subprotocols agreed = Subprotocols.agree("gamma, " + PREFIX + "YQ", List.of(), false);
        assertThat(agreed.refused()).isFalse();
        assertThat(agreed.chosen()).isEmpty();
        assertThat(agreed.authToken()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"YWJj, abc", "YQ==, a", "YQ, a", "'', ''", "-_8, \u00fb\u00ff", "+/8=, \u00fb\u00ff", "w7Y, ö"})
    void aTokenIsRead(String encoded, String token) {
        assertThat(agree(PREFIX + encoded).authToken()).contains(token);
        assertThat(agree(PREFIX + encoded).refused()).isFalse();
    }

    @Test
    void twoTokensCountAsNone() {
        assertThat(agree(PREFIX + "YQ, " + PREFIX + "Yg").authToken()).isEmpty();
    }

    @Test
    void whatIsNotBase64IsAnError() {
        assertThatThrownBy(() -> agree(PREFIX + "!!!!")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> agree(PREFIX + "A")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hostileOffersDoNoHarm() {
        Random random = new Random(42);
        String alphabet = "YWJj=,. -_+/ö\u0000alphabet";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder offer = new StringBuilder(random.nextBoolean() ? PREFIX : "");
            for (int i = random.nextInt(30); i >= 0; i--) {
                offer.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                agree(offer.toString());
            } catch (IllegalArgumentException expected) {
                assertThat(offer.toString()).contains(PREFIX);
            }
        }
        byte[] token = new byte[100];
        random.nextBytes(token);
        String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(token);
        assertThat(agree(PREFIX + encoded).authToken()).contains(new String(token, StandardCharsets.ISO_8859_1));
    }
}
