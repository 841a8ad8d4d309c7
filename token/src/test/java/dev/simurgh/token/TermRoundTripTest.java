package dev.simurgh.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TermRoundTripTest {
    @Test
    void randomTermsComeBackEqual() {
        Random random = new Random(20261123);
        RandomTerms terms = new RandomTerms(random);
        for (int i = 0; i < 20_000; i++) {
            Object term = terms.next(5);
            byte[] encoded = TermEncoder.encode(term);
            Object decoded = TermDecoder.decode(encoded);
            assertThat(decoded).isEqualTo(term);
            assertThat(TermEncoder.encode(decoded)).isEqualTo(encoded);
        }
    }

    @Test
    void integersComeBackAsLongIfTheyFit() {
        assertThat(roundTrip(1)).isEqualTo(1L);
        assertThat(roundTrip((short) -1)).isEqualTo(-1L);
        assertThat(roundTrip((byte) 7)).isEqualTo(7L);
        assertThat(roundTrip(BigInteger.TEN)).isEqualTo(10L);
        for (long edge :
                new long[] {0, 255, 256, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 31, -(1L << 31) - 1}) {
            assertThat(roundTrip(edge)).isEqualTo(edge);
        }
        assertThat(roundTrip(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(roundTrip(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        BigInteger tooLarge = BigInteger.valueOf(Long.MIN_VALUE).subtract(BigInteger.ONE);
        assertThat(roundTrip(tooLarge)).isEqualTo(tooLarge);
    }

    @Test
    void theLargestIntegerHas1024Bytes() {
        BigInteger largest = BigInteger.ONE.shiftLeft(8192).subtract(BigInteger.ONE);
        assertThat(roundTrip(largest)).isEqualTo(largest);
        assertThat(roundTrip(largest.negate())).isEqualTo(largest.negate());
    }

    @Test
    void bytesComeBackAsTextIfTheyAreUtf8() {
        assertThat(roundTrip(new byte[] {'a', 'b'})).isEqualTo("ab");
        assertThat(roundTrip(new byte[] {'a', (byte) 0x80})).isEqualTo(new byte[] {'a', (byte) 0x80});
        byte[] surrogate = {(byte) 0xed, (byte) 0xa0, (byte) 0x80};
        assertThat(roundTrip(surrogate)).isEqualTo(surrogate);
        byte[] cutShort = {(byte) 0xe2, (byte) 0x82};
        assertThat(roundTrip(cutShort)).isEqualTo(cutShort);
    }

    @Test
    void mapKeysMayBeBytes() {
        byte[] key = {(byte) 0xff};
        Map<?, ?> map = (Map<?, ?>) Objects.requireNonNull(roundTrip(Map.of(key, 1L)));
        assertThat(map.get(key.clone())).isEqualTo(1L);
    }

    @Test
    void aMapIsEncodedTheSameInWhateverOrderItIs() {
        Random random = new Random(7);
        RandomTerms terms = new RandomTerms(random);
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < 60; i++) {
            map.put(terms.next(2), i);
        }
        byte[] encoded = TermEncoder.encode(map);
        List<Map.Entry<@Nullable Object, @Nullable Object>> entries = new ArrayList<>(map.entrySet());
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(entries, random);
            Map<@Nullable Object, @Nullable Object> shuffled = new LinkedHashMap<>();
            entries.forEach(entry -> shuffled.put(entry.getKey(), entry.getValue()));
            assertThat(TermEncoder.encode(shuffled)).isEqualTo(encoded);
        }
    }

    @Test
    void keysAreInErlangsOrder() {
        List<@Nullable Object> inOrder = Arrays.asList(
                BigInteger.ONE.shiftLeft(70).negate(),
                -5,
                3L,
                BigInteger.ONE.shiftLeft(70),
                -1.5,
                2.0,
                new Atom("Elixir.User"),
                false,
                new Atom("id"),
                null,
                new Atom("role"),
                true,
                new Atom("é"),
                new Atom("\uffee"),
                new Atom("\ud83d\ude00"),
                Tuple.of(),
                Tuple.of(9),
                Tuple.of(1, 2),
                Map.of(),
                Map.of(5, "z"),
                Map.of(6, "a"),
                Map.of(6, "b"),
                Map.of(1, 1, 2, 2),
                List.of(),
                List.of(1),
                List.of(1, 2),
                List.of(2),
                "",
                "a",
                "a\u0000",
                new byte[] {'b'},
                "é",
                new byte[] {-1});
        for (int i = 0; i < inOrder.size(); i++) {
            for (int j = 0; j < inOrder.size(); j++) {
                assertThat(Integer.signum(TermOrder.INSTANCE.compare(inOrder.get(i), inOrder.get(j))))
                        .as("%s and %s", inOrder.get(i), inOrder.get(j))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @Test
    void aListOfBytesIsAStringUntil65535() {
        List<Long> longest = Collections.nCopies(65_535, 200L);
        assertThat(TermEncoder.encode(longest)).hasSize(1 + 3 + 65_535).startsWith(131, 107, 0xff, 0xff);
        assertThat(roundTrip(longest)).isEqualTo(longest);
        List<Long> longer = Collections.nCopies(65_536, 200L);
        assertThat(TermEncoder.encode(longer)).hasSize(1 + 5 + 2 * 65_536 + 1).startsWith(131, 108, 0, 1, 0, 0);
        assertThat(roundTrip(longer)).isEqualTo(longer);
    }

    @Test
    void largeTuplesAndLongAtomsComeBack() {
        Tuple tuple = Tuple.of(LongStream.range(0, 300).boxed().toArray());
        assertThat(roundTrip(tuple)).isEqualTo(tuple);
        for (String character : List.of("a", "é", "\u4e00", "\ud83d\ude00")) {
            Atom atom = new Atom(character.repeat(255));
            assertThat(roundTrip(atom)).isEqualTo(atom);
        }
    }

    @Test
    void aValueMayBeNested64Levels() {
        Object nested = 1L;
        for (int i = 0; i < 64; i++) {
            nested = List.of(nested, nested instanceof Long ? 1000L : 0L);
        }
        byte[] payload = TokenTerm.encode(nested, 0, Tokens.FOREVER);
        assertThat(TokenTerm.open(payload, null, 0)).isEqualTo(new Verified.Valid(nested));
    }

    @Test
    void whatIsDecodedCannotBeModified() {
        Object decoded = roundTrip(Tuple.of(
                List.of(1, "a"), Map.of(1, 2), IntStream.range(0, 3).boxed().toList()));
        Tuple tuple = (Tuple) Objects.requireNonNull(decoded);
        assertThat(tuple.elements()).isUnmodifiable();
        assertThat((List<?>) tuple.get(0)).isUnmodifiable();
        assertThat((Map<?, ?>) tuple.get(1)).isUnmodifiable();
        assertThat((List<?>) tuple.get(2)).isUnmodifiable();
    }

    private static @Nullable Object roundTrip(@Nullable Object term) {
        return TermDecoder.decode(TermEncoder.encode(term));
    }
}
