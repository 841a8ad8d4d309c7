package dev.simurgh.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class HostileTokenTest {
    private static final String SALT = "hostile";

    private final Tokens tokens = Tokens.of("a secret of more than twenty bytes");

    @Nested
    class Mutations {
        private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

        private final Random random = new Random(20261123);
        private final Mutator mutator = new Mutator(random);

        @Test
        void ofSignedTokensAreInvalid() {
            String token = tokens.sign(SALT, Map.of("user_id", 1));
            onlyTheLastCharacterMayDiffer(token, mutant -> tokens.verify(SALT, mutant));
        }

        @Test
        void ofEncryptedTokensAreInvalid() {
            String token = tokens.encrypt(SALT, Map.of("user_id", 1));
            onlyTheLastCharacterMayDiffer(token, mutant -> tokens.decrypt(SALT, mutant));
        }

        /** The last character of base64 has bits that go into no byte, and Phoenix does not look at them. */
        private void onlyTheLastCharacterMayDiffer(String token, Function<String, Verified> check) {
            Verified genuine = check.apply(token);
            assertThat(genuine).isInstanceOf(Verified.Valid.class);
            String allButLast = token.substring(0, token.length() - 1);
            for (int i = 0; i < 10_000; i++) {
                String mutant = i % 2 == 0 ? mutator.mutate(token) : withAnotherCharacter(token);
                Verified verified = check.apply(mutant);
                if (mutant.length() != token.length() || !mutant.startsWith(allButLast)) {
                    assertThat(verified).as(mutant).isEqualTo(Verified.Refused.INVALID);
                } else {
                    assertThat(verified).as(mutant).isIn(genuine, Verified.Refused.INVALID);
                }
            }
        }

        private String withAnotherCharacter(String token) {
            StringBuilder mutant = new StringBuilder(token);
            int index = random.nextInt(token.length());
            int other = BASE64.indexOf(token.charAt(index)) + random.nextInt(1, BASE64.length());
            mutant.setCharAt(index, BASE64.charAt(other % BASE64.length()));
            return mutant.toString();
        }
    }

    @Nested
    class Text {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    ".",
                    "..",
                    "...",
                    "SFMyNTY",
                    "SFMyNTY.",
                    "SFMyNTY..",
                    "SFMyNTY.g.A",
                    "SFMyNTY.gg==.AAAA",
                    "SFMyNTY.\n.AAAA",
                    "SFMyNTY.é.😀",
                    "SFMyNTY.\ud800.\udfff",
                    "sfmynty.gg.AAAA",
                    "XCP.",
                    "XCP.=",
                    "XCP.A",
                    "XCP.AAAA",
                    "XCP.\u0000",
                    "XCP.++//",
                    "XCP",
                    "xcp.AAAA",
                    "QTEyOEdDTQ.a.b.c.d",
                })
        void thatIsNoTokenIsInvalid(String text) {
            assertThat(tokens.verify(SALT, text)).isEqualTo(Verified.Refused.INVALID);
            assertThat(tokens.decrypt(SALT, text)).isEqualTo(Verified.Refused.INVALID);
        }

        @Test
        void thatIsHugeIsInvalid() {
            String huge = "A".repeat(16 << 20);
            assertThat(tokens.verify(SALT, "SFMyNTY." + huge + ".AAAA")).isEqualTo(Verified.Refused.INVALID);
            assertThat(tokens.verify(SALT, ".".repeat(16 << 20))).isEqualTo(Verified.Refused.INVALID);
            assertThat(tokens.decrypt(SALT, "XCP." + huge)).isEqualTo(Verified.Refused.INVALID);
        }

        @Test
        void ofTheLargestValueIsAccepted() {
            String largest = "x".repeat(Etf.MAX_TERM_BYTES - 23);
            assertThat(tokens.verify(SALT, tokens.sign(SALT, largest))).isEqualTo(new Verified.Valid(largest));
            assertThat(tokens.decrypt(SALT, tokens.encrypt(SALT, largest))).isEqualTo(new Verified.Valid(largest));
        }
    }
}
