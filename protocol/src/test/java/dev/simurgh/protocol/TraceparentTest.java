package dev.simurgh.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {
    private static final String GOOD = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void aWellFormedOneIsTakenAsItIs() {
        assertThat(Traceparent.of(GOOD)).contains(GOOD);
    }

    @Test
    void ofALaterVersionIsTakenWhatThisOneKnows() {
        assertThat(Traceparent.of("cc" + GOOD.substring(2))).contains(GOOD);
        assertThat(Traceparent.of("cc" + GOOD.substring(2) + "-what-the-future-will-be-like"))
                .contains(GOOD);
        assertThat(Traceparent.of("cc" + GOOD.substring(2) + ".what")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "0g-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01",
                "٠٠-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            })
    void anythingElseIsAsIfItWereNotThere(String text) {
        assertThat(Traceparent.of(text)).isEmpty();
    }

    @Nested
    class InAPayload {
        private static String member(String value) {
            return "\"traceparent\":" + value;
        }

        private static final String MEMBER = member('"' + GOOD + '"');

        @Test
        void itIsAMemberOfTheOutermostObject() {
            assertThat(Traceparent.of(Payload.json("{" + MEMBER + "}"))).contains(GOOD);
            assertThat(Traceparent.of(Payload.json("{\"a\":[{}],\"trace\\u0070arent\":\"" + GOOD + "\",\"b\":1}")))
                    .contains(GOOD);
            assertThat(Traceparent.of(Payload.json("{\"a\":{" + MEMBER + "}}"))).isEmpty();
            assertThat(Traceparent.of(Payload.json("[{" + MEMBER + "}]"))).isEmpty();
            assertThat(Traceparent.of(Payload.json("{\"a\":\"traceparent\"}"))).isEmpty();
            assertThat(Traceparent.of(Payload.EMPTY)).isEmpty();
            assertThat(Traceparent.of(Payload.binary(new byte[100]))).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"1", "null", "{}", "[\"" + GOOD + "\"]", "\"\"", "\"x\"", "true"})
        void whatIsNoTraceparentIsAsIfItWereNotThere(String value) {
            assertThat(Traceparent.of(Payload.json("{" + member(value) + "}"))).isEmpty();
        }

        @Test
        void ofSeveralTheFirstCounts() {
            assertThat(Traceparent.of(Payload.json("{" + member("1") + "," + MEMBER + "}")))
                    .isEmpty();
            assertThat(Traceparent.of(Payload.json("{" + MEMBER + "," + member("1") + "}")))
                    .contains(GOOD);
        }

        @Test
        void itIsNotLookedForBehindTheFirstBytes() {
            String filled = "{\"a\":\"" + "x".repeat(Traceparent.WITHIN_BYTES - MEMBER.length() - 8) + "\",";
            String just = filled + MEMBER + ",\"b\":\"" + "y".repeat(100) + "\"}";
            assertThat(just.indexOf(MEMBER) + MEMBER.length()).isEqualTo(Traceparent.WITHIN_BYTES);
            assertThat(Traceparent.of(Payload.json(just))).contains(GOOD);
            assertThat(Traceparent.of(Payload.json(just.replace("x\"", "xx\""))))
                    .isEmpty();
            String deep = "[".repeat(500) + "]".repeat(500);
            assertThat(Traceparent.of(Payload.json("{\"a\":" + deep + "," + MEMBER + "}")))
                    .contains(GOOD);
        }

        /** A stranger's megabytes cost no more than kilobytes: that these are no JSON is not even noticed. */
        @Test
        void whatIsBehindIsNotRead() {
            byte[] huge = new byte[10_000_000];
            byte[] head = "{\"a\":{\"traceparent\":\"\"},".getBytes(StandardCharsets.UTF_8);
            System.arraycopy(head, 0, huge, 0, head.length);
            assertThat(Traceparent.of(Payload.json(huge, 0, huge.length))).isEmpty();
            byte[] found = ("{" + MEMBER + ",").getBytes(StandardCharsets.UTF_8);
            System.arraycopy(found, 0, huge, 0, found.length);
            assertThat(Traceparent.of(Payload.json(huge, 0, huge.length))).contains(GOOD);
        }

        @Test
        void whereItIsCutOffNothingIsTakenForIt() {
            String text = MEMBER + ",\"b\":12345,\"c\":[true]}";
            for (int seen = 0; seen < text.length(); seen++) {
                String moved = "{" + " ".repeat(Traceparent.WITHIN_BYTES - 1 - seen) + text;
                assertThat(Traceparent.of(Payload.json(moved)).isPresent())
                        .as("%s bytes of it within what is looked at", seen)
                        .isEqualTo(seen >= MEMBER.length());
            }
        }
    }
}
