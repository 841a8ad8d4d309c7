package dev.simurgh.protocol;

import static dev.simurgh.protocol.RandomJson.utf8;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our scanner and Jackson must agree on what is a message, and on every part of it. */
class OracleTest {
    private static final int CASES = 15_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void arraysAreReadAsJacksonReadsThem(long seed) {
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < CASES; i++) {
            byte[] intact = utf8(random.array());
            Agreement.assertV2(intact);
            Agreement.assertV2(random.damaged(intact));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void objectsAreReadAsJacksonReadsThem(long seed) {
        RandomJson random = new RandomJson(seed);
        for (int i = 0; i < CASES; i++) {
            byte[] intact = utf8(random.object());
            Agreement.assertV1(intact);
            Agreement.assertV1(random.damaged(intact));
        }
    }

    @Test
    void anyValueIsAPayloadIfJacksonReadsIt() {
        RandomJson random = new RandomJson(7);
        for (int i = 0; i < CASES; i++) {
            byte[] intact = utf8(random.value(4));
            Agreement.assertValue(intact);
            Agreement.assertValue(random.damaged(intact));
        }
    }

    @Test
    void deepNestingIsTrackedAsJacksonTracksIt() {
        RandomJson random = new RandomJson(8);
        for (int i = 0; i < 2_000; i++) {
            byte[] intact = utf8(random.nested(1 + random.below(Serializers.DEFAULT_MAX_DEPTH + 3)));
            Agreement.assertValue(intact);
            Agreement.assertValue(random.damaged(intact));
        }
    }

    @Test
    void handMadeTextsAreReadAsJacksonReadsThem() {
        for (byte[] bytes : Corpus.all()) {
            Agreement.assertV2(bytes);
            Agreement.assertV1(bytes);
            Agreement.assertValue(bytes);
            for (byte[] message : Corpus.asParts(bytes)) {
                Agreement.assertV2(message);
                Agreement.assertV1(message);
            }
        }
    }

    @Test
    void everyPrefixOfAMessageIsMalformed() {
        String array = "[\"1\",\"\\u0032\",\"room:é😀\",\"new_msg\",{\"a\":[1.5e-3,true,null,\"x\\n\"]}]";
        String object =
                "{\"topic\":\"é\",\"event\":\"e\",\"payload\":{\"a\":-0.5e+1},\"ref\":\"\\ud83d\\ude00\",\"join_ref\":null}";
        for (byte[] bytes : List.of(utf8(array), utf8(object))) {
            for (int length = 0; length <= bytes.length; length++) {
                byte[] prefix = Arrays.copyOf(bytes, length);
                Agreement.assertV2(prefix);
                Agreement.assertV1(prefix);
            }
        }
    }
}
