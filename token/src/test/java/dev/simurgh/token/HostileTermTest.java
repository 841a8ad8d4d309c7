package dev.simurgh.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer is a value or a refusal, within the memory a term of the largest size may take. */
@Timeout(120)
class HostileTermTest {
    private static final String SALT = "hostile";
    private static final String SECRET = "a secret of more than twenty bytes";
    private static final byte[] KEY =
            new DerivedKeys(SECRET.getBytes(StandardCharsets.UTF_8), 1000, 32, Digest.SHA256).forSalt(SALT);
    private static final long MAX_ALLOCATED_BYTES = 32L << 20;

    private final Tokens tokens = Tokens.of(SECRET);

    @Nested
    class Terms {
        @ParameterizedTest(name = "{0}")
        @ValueSource(
                strings = {
                    "", // nothing
                    "83", // a version and nothing
                    "82", // another version
                    "8361", // integer cut short
                    "836e080001", // big integer cut short
                    "836fffffffff00", // big integer of 4 GB
                    "836f7fffffff00", // big integer of 2 GB
                    "836f0010000000", // big integer of 1 MB
                    "836dffffffff", // binary of 4 GB
                    "836d7fffffff61", // binary of 2 GB
                    "836bffff01", // string cut short
                    "836cffffffff61016a", // list of 4 billion
                    "836c7fffffff61016a", // list of 2 billion
                    "836c00000001610161", // tail cut short
                    "836c0000000161016102", // improper list
                    "836c000000006101", // improper list without elements
                    "8369ffffffff", // tuple of 4 billion
                    "83697fffffff", // tuple of 2 billion
                    "836803", // tuple without elements
                    "8374ffffffff", // map of 4 billion
                    "83747fffffff", // map of 2 billion
                    "83740000000161016102", // no payload, but a map
                    "8374000000026101610161016102", // map with the same key twice
                    "8364ffff61", // atom cut short
                    "837702ff61", // atom that is not UTF-8
                    "837702c3", // the same, cut short
                    "83467ff0000000000000", // infinity
                    "83467ff8000000000000", // not a number
                    "8363312e30", // float of the oldest form, cut short
                    "834d000000010161", // bit string
                    "8367640001610000000000000000", // pid
                    "8350", // compressed and nothing
                    "8350ffffffff78da", // inflates to 4 GB
                    "835000040001789c", // inflates to just too much
                    "8350000000107878", // not deflated
                    "838361", // a version twice
                })
        void areInvalid(String hex) {
            assertThat(open(HexFormat.of().parseHex(hex))).isEqualTo(Verified.Refused.INVALID);
        }

        @ParameterizedTest(name = "{0}")
        @ValueSource(strings = {"6c00000001", "6801", "6900000001", "740000000161", "7400000001"})
        void nestedAsDeepAsTheyAreLargeAreInvalid(String hex) {
            byte[] level = HexFormat.of().parseHex(hex);
            byte[] term = new byte[Etf.MAX_TERM_BYTES];
            for (int i = 1; i < term.length; i++) {
                term[i] = level[(i - 1) % level.length];
            }
            term[0] = (byte) Etf.VERSION;
            assertThat(open(term)).isEqualTo(Verified.Refused.INVALID);
        }

        @Test
        void ofNestedListsThatAllAnnounceWhatIsLeftAllocateLittle() {
            ByteBuffer term = ByteBuffer.allocate(Etf.MAX_TERM_BYTES);
            term.put((byte) Etf.VERSION);
            for (int i = 0; i < Etf.MAX_DEPTH; i++) {
                term.put((byte) Etf.LIST).putInt(term.remaining() - 4);
            }
            assertThat(open(term.array())).isEqualTo(Verified.Refused.INVALID);
        }

        @Test
        void ofAtoms256CharactersLongAreInvalid() {
            ByteArrayOutputStream term = new ByteArrayOutputStream();
            term.writeBytes(new byte[] {(byte) Etf.VERSION, Etf.ATOM, 1, 0});
            term.writeBytes(new byte[256]);
            assertThat(open(term.toByteArray())).isEqualTo(Verified.Refused.INVALID);
        }

        @Test
        void ofTheLargestSizeAreReadWithinBounds() {
            byte[] nil = {Etf.NIL};
            byte[] emptyTuple = {Etf.SMALL_TUPLE, 0};
            byte[] integer = {Etf.SMALL_INTEGER, -1};
            byte[] notText = {Etf.BINARY, 0, 0, 0, 1, -1};
            byte[] emptyMap = {Etf.MAP, 0, 0, 0, 0};
            byte[] atom = {Etf.SMALL_ATOM, 0};
            for (byte[] element : List.of(nil, emptyTuple, integer, notText, emptyMap, atom)) {
                int count = (Etf.MAX_TERM_BYTES - 40) / element.length;
                ByteBuffer term = ByteBuffer.allocate(Etf.MAX_TERM_BYTES)
                        .put((byte) Etf.VERSION)
                        .put(new byte[] {Etf.SMALL_TUPLE, 2, Etf.LIST})
                        .putInt(count);
                for (int i = 0; i < count; i++) {
                    term.put(element);
                }
                term.put(new byte[] {Etf.NIL, Etf.SMALL_INTEGER, 0});
                assertThat(open(Arrays.copyOf(term.array(), term.position()))).isInstanceOf(Verified.Valid.class);
            }
        }

        @Test
        void withMapsAsKeysOfMapsAsKeysAreReadWithinBounds() {
            ByteArrayOutputStream term = new ByteArrayOutputStream();
            term.writeBytes(new byte[] {(byte) Etf.VERSION, Etf.SMALL_TUPLE, 2});
            keyTree(term, 14, 0);
            term.writeBytes(new byte[] {Etf.SMALL_INTEGER, 0});
            assertThat(open(term.toByteArray())).isInstanceOf(Verified.Valid.class);
        }

        /** Writes a map of two keys that differ only in their last leaf, so that comparing them walks all of both. */
        private void keyTree(ByteArrayOutputStream term, int depth, int lastLeaf) {
            if (depth == 0) {
                term.writeBytes(new byte[] {Etf.SMALL_INTEGER, (byte) lastLeaf});
                return;
            }
            term.writeBytes(new byte[] {Etf.MAP, 0, 0, 0, 2});
            keyTree(term, depth - 1, 0);
            term.writeBytes(new byte[] {Etf.NIL});
            keyTree(term, depth - 1, lastLeaf + 1);
            term.writeBytes(new byte[] {Etf.NIL});
        }

        @Test
        void thatInflateToAnotherSizeThanAnnouncedAreInvalid() {
            byte[] tuple = HexFormat.of().parseHex("680361016e06000068e5cf8b016200015180");
            assertThat(open(compressed(tuple, tuple.length))).isEqualTo(new Verified.Valid(1L));
            assertThat(open(compressed(tuple, tuple.length - 1))).isEqualTo(Verified.Refused.INVALID);
            assertThat(open(compressed(tuple, tuple.length + 1))).isEqualTo(Verified.Refused.INVALID);
            assertThat(open(compressed(new byte[0], 0))).isEqualTo(Verified.Refused.INVALID);
            assertThat(open(compressed(new byte[64 << 20], Etf.MAX_TERM_BYTES))).isEqualTo(Verified.Refused.INVALID);
            byte[] cut = compressed(tuple, tuple.length);
            assertThat(open(Arrays.copyOf(cut, cut.length - 6))).isEqualTo(Verified.Refused.INVALID);
        }

        private byte[] compressed(byte[] term, int announced) {
            Deflater deflater = new Deflater();
            deflater.setInput(term);
            deflater.finish();
            byte[] deflated = new byte[term.length / 500 + 100];
            int length = deflater.deflate(deflated);
            deflater.end();
            return ByteBuffer.allocate(6 + length)
                    .put((byte) Etf.VERSION)
                    .put((byte) Etf.COMPRESSED)
                    .putInt(announced)
                    .put(deflated, 0, length)
                    .array();
        }
    }

    @Nested
    class Payloads {
        @ParameterizedTest(name = "{0}")
        @ValueSource(
                strings = {
                    "836100", // an integer
                    "836800", // an empty tuple
                    "836804610161016101616a", // four elements
                    "83680361016a6101", // signed at a list
                    "8368036101610164000466757a7a", // max age :fuzz
                    "836803610161016a", // max age a list
                    "8368036101610164000566616c7365", // max age false
                    "8374000000016400046461746161016100", // a map without signed
                    "837400000001640006736967 6e65646101", // a map without data
                    "83680361016e0800ffffffffffffff7f6e0800ffffffffffffff7f", // signed at the end of time
                })
        void thatAreNoneAreInvalid(String hex) {
            byte[] term = HexFormat.of().parseHex(hex.replace(" ", ""));
            assertThat(TokenTerm.open(term, null, 1000)).isEqualTo(Verified.Refused.INVALID);
        }

        @Test
        void withExtremeAgesDoNotOverflow() {
            assertThat(open(Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE)).isInstanceOf(Verified.Valid.class);
            assertThat(open(Long.MIN_VALUE, 1L, Long.MAX_VALUE)).isEqualTo(Verified.Refused.EXPIRED);
            assertThat(open(0L, Long.MIN_VALUE, 0)).isEqualTo(Verified.Refused.EXPIRED);
            assertThat(open(0L, 1e300, 1)).isEqualTo(new Verified.Valid(1L));
            assertThat(open(0L, -1e300, 1)).isEqualTo(Verified.Refused.EXPIRED);
            assertThat(open(0L, 1.5, 1500)).isEqualTo(new Verified.Valid(1L));
            assertThat(open(0L, 1.5, 1501)).isEqualTo(Verified.Refused.EXPIRED);
            assertThat(open(0L, Double.MIN_VALUE, 1)).isEqualTo(Verified.Refused.EXPIRED);
            assertThat(open(0L, BigInteger.ONE.shiftLeft(80), 1)).isEqualTo(new Verified.Valid(1L));
            assertThat(open(0L, BigInteger.ONE.shiftLeft(80).negate(), 1)).isEqualTo(Verified.Refused.EXPIRED);
        }

        private Verified open(long signedAt, Object maxAge, long now) {
            return TokenTerm.open(TermEncoder.encode(Tuple.of(1, signedAt, maxAge)), null, now);
        }
    }

    @Nested
    class Mutations {
        private final Random random = new Random(20261123);

        @Test
        void ofGenuineTermsGiveAValueOrARefusal() {
            RandomTerms terms = new RandomTerms(random);
            Mutator mutator = new Mutator(random);
            for (int i = 0; i < 20_000; i++) {
                open(mutator.mutate(TokenTerm.encode(terms.next(4), random.nextLong(), Tokens.FOREVER)));
            }
        }

        @Test
        void ofRandomBytesGiveAValueOrARefusal() {
            for (int i = 0; i < 20_000; i++) {
                byte[] bytes = new byte[random.nextInt(1, 200)];
                random.nextBytes(bytes);
                bytes[0] = (byte) Etf.VERSION;
                open(bytes);
            }
        }
    }

    /** Signs the bytes with the right key, so that nothing but the decoder stands between them and the value. */
    private Verified open(byte[] payload) {
        String token = SignedMessage.sign(payload, KEY);
        long before = allocatedBytes();
        Verified verified = tokens.verify(SALT, token, Tokens.FOREVER);
        assertThat(allocatedBytes() - before).as("allocated bytes").isLessThan(MAX_ALLOCATED_BYTES);
        assertThat(verified).isNotNull();
        return verified;
    }

    private static long allocatedBytes() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
