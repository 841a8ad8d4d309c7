package dev.simurgh.protocol.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.protocol.PayloadTypeException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What our codecs do alike, on whatever library they stand: an application may change from one to another, and its clients not notice. */
public abstract class PayloadCodecSuite {
    public record Num(int number) {
        public Num {
            if (number < 0) {
                throw new IllegalArgumentException("number: " + number + " (expected: at least 0)");
            }
        }
    }

    public record Nums(@Nullable List<Num> list, @Nullable Map<String, Num> byName) {}

    public record Scalars(
            boolean yes,
            long count,
            double ratio,
            char letter,
            String text,
            Color color,
            @Nullable Integer boxed) {}

    public record Times(Instant instant, LocalDate date, OffsetDateTime offset, Duration duration) {}

    public record Maybe(Optional<String> name) {}

    @SuppressWarnings("ArrayRecordComponent") // two of the types that it is about
    public record Numbers(
            double ratio,
            Double boxed,
            float small,
            Float smallBoxed,
            double[] ratios,
            float[] smalls,
            Number any,
            OptionalDouble maybe,
            List<Double> list) {}

    public record Holder(Opaque opaque) {}

    @SuppressWarnings("ArrayRecordComponent") // what it is about
    public record PrimitiveArrays(int[] list, double[] numbers) {}

    public record Ordered(int zebra, int apple) {}

    public enum Color {
        RED,
        GREEN;

        @Override
        public String toString() {
            return "the color " + name();
        }
    }

    /** Nothing says how to make one. */
    public static final class Opaque {
        private Opaque(Runnable task) {
            task.run();
        }

        static Opaque instance() {
            return new Opaque(() -> {});
        }
    }

    /** Has no end when it is written. */
    public static final class Loop {
        public Loop getSelf() {
            return this;
        }
    }

    private static final String BACKSLASH = "\\";
    private static final String NUM = Num.class.getTypeName();
    private static final String NUMS = Nums.class.getTypeName();

    private final PayloadCodec strict;
    private final PayloadCodec lenient;

    protected PayloadCodecSuite(PayloadCodec strict, PayloadCodec lenient) {
        this.strict = strict;
        this.lenient = lenient;
    }

    @Nested
    class Decoding {

        @Test
        void recordsMapsAndLists() {
            assertThat(decode("{\"number\":5}", Num.class)).isEqualTo(new Num(5));
            assertThat(decode("{\"number\":5}", Map.class)).isEqualTo(Map.of("number", 5));
            assertThat(decode("{\"list\":[{\"number\":1}],\"byName\":{\"a\":{\"number\":2}}}", Nums.class))
                    .isEqualTo(new Nums(List.of(new Num(1)), Map.of("a", new Num(2))));
            assertThat(decode("\"text\"", String.class)).isEqualTo("text");
            assertThat(decode("[1,2.5,null,{}]", Object.class)).isEqualTo(Arrays.asList(1, 2.5, null, Map.of()));
        }

        @Test
        void genericTypes() {
            Type listOfNums = Nums.class.getRecordComponents()[0].getGenericType();
            assertThat(decode("[{\"number\":1}]", listOfNums)).isEqualTo(List.of(new Num(1)));
        }

        @Test
        void primitiveTypes() {
            assertThat(decode("5", int.class)).isEqualTo(5);
            assertThat(decode("5", long.class)).isEqualTo(5L);
            assertThat(decode("5", double.class)).isEqualTo(5.0);
            assertThat(decode("true", boolean.class)).isEqualTo(true);
            assertThat(refused("null", int.class)).hasMessageEndingWith("(expected: int)");
            assertThat(refused("\"5\"", int.class)).hasMessageEndingWith("(expected: int)");
        }

        @Test
        void onlyTheGivenSlice() {
            byte[] bytes = "xx{\"number\":5}}}".getBytes(UTF_8);
            assertThat(strict.decode(bytes, 2, 12, Num.class)).isEqualTo(new Num(5));
        }

        @Test
        void unknownPropertiesAreIgnored() {
            assertThat(decode("{\"number\":5,\"since\":\"v2\"}", Num.class)).isEqualTo(new Num(5));
        }

        @Test
        void whatIsMissingIsNullIfItCanBe() {
            assertThat(decode("{}", Nums.class)).isEqualTo(new Nums(null, null));
            assertThat(decode("{\"list\":null}", Nums.class)).isEqualTo(new Nums(null, null));
            assertThat(decode("{}", Maybe.class)).isEqualTo(new Maybe(Optional.empty()));
            assertThat(decode("{\"name\":null}", Maybe.class)).isEqualTo(new Maybe(Optional.empty()));
        }

        @Test
        void bigNumbersKeepEveryDigitWhereTheTypeDoes() {
            assertThat(decode("123456789012345678901234567890", BigInteger.class))
                    .isEqualTo(new BigInteger("123456789012345678901234567890"));
            assertThat(decode("0.10", BigDecimal.class)).isEqualTo(new BigDecimal("0.10"));
            assertThat(decode("123456789012345678901234567890", Object.class))
                    .isEqualTo(new BigInteger("123456789012345678901234567890"));
        }

        @Test
        void throughAPayload() {
            assertThat(Payload.json("{\"number\":5}").as(Num.class, strict)).isEqualTo(new Num(5));
            assertThat(Payload.of(Map.of("number", 5)).as(Num.class, strict)).isEqualTo(new Num(5));
            int five = Payload.json("5").as(int.class, strict);
            assertThat(five).isEqualTo(5);
        }
    }

    /** Everything that is refused here is taken by a lenient codec. */
    @Nested
    class Strictness {
        static final String SCALARS =
                "{\"yes\":true,\"count\":7,\"ratio\":0.5,\"letter\":\"a\",\"text\":\"x\",\"color\":\"RED\",\"boxed\":1}";

        @Test
        void jsonIsTakenAsWhatItIs() {
            assertThat(decode(SCALARS, Scalars.class)).isEqualTo(new Scalars(true, 7, 0.5, 'a', "x", Color.RED, 1));
            assertThat(decode(SCALARS.replace("0.5", "7"), Scalars.class))
                    .isEqualTo(new Scalars(true, 7, 7.0, 'a', "x", Color.RED, 1));
            assertThat(decode(SCALARS.replace("\"x\"", "\"\"").replace("\"boxed\":1", "\"boxed\":null"), Scalars.class))
                    .isEqualTo(new Scalars(true, 7, 0.5, 'a', "", Color.RED, null));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"count\":7=\"count\":2.9",
                    "\"count\":7=\"count\":7.0",
                    "\"count\":7=\"count\":\"7\"",
                    "\"count\":7=\"count\":\"\"",
                    "\"count\":7=\"count\":null",
                    "\"boxed\":1=\"boxed\":1.5",
                    "\"boxed\":1=\"boxed\":\"1\"",
                    "\"boxed\":1=\"boxed\":\"\"",
                    "\"ratio\":0.5=\"ratio\":\"0.5\"",
                    "\"ratio\":0.5=\"ratio\":null",
                    "\"ratio\":0.5=\"ratio\":\"\"",
                    "\"yes\":true=\"yes\":1",
                    "\"yes\":true=\"yes\":\"true\"",
                    "\"yes\":true=\"yes\":null",
                    "\"yes\":true=\"yes\":\"\"",
                    "\"letter\":\"a\"=\"letter\":97",
                    "\"letter\":\"a\"=\"letter\":null",
                    "\"text\":\"x\"=\"text\":7",
                    "\"text\":\"x\"=\"text\":true",
                    "\"color\":\"RED\"=\"color\":0",
                })
        void whatHidesABugIsRefused(String change) {
            String[] parts = change.split("=", 2);
            String json = SCALARS.replace(parts[0], parts[1]);
            assertThat(json).isNotEqualTo(SCALARS);
            String field = parts[0].substring(1, parts[0].indexOf('"', 1));
            assertThat(refused(json, Scalars.class).getMessage()).contains(" at " + field + " (expected: ");
            assertThat(lenient.decode(json.getBytes(UTF_8), 0, json.length(), Scalars.class))
                    .isInstanceOf(Scalars.class);
        }

        @Test
        void aPrimitiveIsNotZeroBecauseItIsMissing() {
            assertThat(refused("{}", Num.class))
                    .hasMessage("payload: JSON that does not fit: no int at number (expected: " + NUM + ")");
            assertThat(lenient.decode("{}".getBytes(UTF_8), 0, 2, Num.class)).isEqualTo(new Num(0));
        }

        @Test
        void anEmptyStringIsNoObject() {
            assertThat(refused("\"\"", Num.class)).isNotNull();
            assertThat(refused("\"\"", UUID.class)).isNotNull();
            assertThat(refused("\"\"", Instant.class)).isNotNull();
            assertThat(refused("\"\"", Color.class)).isNotNull();
            assertThat(refused("\"\"", List.class)).isNotNull();
        }

        @Test
        void whatALenientCodecMakesOfIt() {
            String json =
                    "{\"yes\":1,\"count\":2.9,\"ratio\":\"0.5\",\"letter\":\"a\",\"text\":7,\"color\":1,\"boxed\":\"3\"}";
            assertThat(lenient.decode(json.getBytes(UTF_8), 0, json.length(), Scalars.class))
                    .isEqualTo(new Scalars(true, 2, 0.5, 'a', "7", Color.GREEN, 3));
        }
    }

    @Nested
    class FiniteNumbers {
        static final String NUMBERS = "{\"ratio\":1.5,\"boxed\":1,\"small\":1.5,\"smallBoxed\":1,\"ratios\":[1.5,2],"
                + "\"smalls\":[1.5,2],\"any\":1.5,\"maybe\":1.5,\"list\":[1.5,2]}";

        @Test
        void areTaken() {
            Numbers numbers = (Numbers) decode(NUMBERS, Numbers.class);
            assertThat(numbers.boxed()).isEqualTo(1.0);
            assertThat(numbers.smallBoxed()).isEqualTo(1.0f);
            assertThat(numbers.ratios()).containsExactly(1.5, 2);
            assertThat(numbers.smalls()).containsExactly(1.5f, 2);
            assertThat(numbers.any()).isEqualTo(1.5);
            assertThat(numbers.maybe()).hasValue(1.5);
            assertThat(numbers.list()).containsExactly(1.5, 2.0);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"ratio\":1.5=\"ratio\":",
                    "\"boxed\":1=\"boxed\":",
                    "\"small\":1.5=\"small\":",
                    "\"smallBoxed\":1=\"smallBoxed\":",
                    "\"ratios\":[1.5,2]=\"ratios\":[1,",
                    "\"smalls\":[1.5,2]=\"smalls\":[1,",
                    "\"any\":1.5=\"any\":",
                    "\"maybe\":1.5=\"maybe\":",
                    "\"list\":[1.5,2]=\"list\":[1,"
                })
        void nothingElseIsReadAsANumber(String change) {
            String[] parts = change.split("=", 2);
            String end = parts[1].contains("[") ? "]" : "";
            for (String found : List.of("\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "\"INF\"", "1e400", "-1e400")) {
                String json = NUMBERS.replace(parts[0], parts[1] + found + end);
                assertThat(json).isNotEqualTo(NUMBERS);
                assertThat(refused(json, Numbers.class)).as(json).isNotNull();
                assertThatThrownBy(() -> lenient.decode(json.getBytes(UTF_8), 0, json.length(), Numbers.class))
                        .as(json)
                        .isInstanceOf(PayloadException.class);
            }
        }

        @Test
        void anIntegerThatIsTooLongForADoubleIsRefused() {
            assertThat(refused("9".repeat(400), double.class)).isNotNull();
            assertThat(refused("9".repeat(40), float.class)).isNotNull();
            assertThat(refused("{\"ratio\":" + "9".repeat(400) + "}", Numbers.class)
                            .getMessage())
                    .contains("no double at ratio")
                    .doesNotContain("999");
        }

        @Test
        void areTheOnlyOnesThatAreWritten() {
            for (Object value : List.of(
                    Double.NaN,
                    Float.NaN,
                    Double.POSITIVE_INFINITY,
                    Float.NEGATIVE_INFINITY,
                    new double[] {Double.NaN},
                    new float[] {Float.POSITIVE_INFINITY},
                    Map.of("a", List.of(Double.NEGATIVE_INFINITY)),
                    new BigDecimal("1E+400"),
                    new BigDecimal(BigInteger.TEN.pow(400)).add(new BigDecimal("0.5")),
                    OptionalDouble.of(Double.NaN))) {
                assertThatThrownBy(() -> strict.encode(value)).isInstanceOf(PayloadException.class);
                assertThatThrownBy(() -> lenient.encode(value)).isInstanceOf(PayloadException.class);
            }
            assertThatThrownBy(() -> encode(Map.of("price", Double.NaN)))
                    .hasMessageContaining(
                            " cannot be encoded: NaN (expected: a finite number, since JSON has no other)")
                    .hasMessageContaining(" at price");
        }

        @Test
        void theLargestAndTheSmallestComeBack() {
            for (BigDecimal value : List.of(
                    new BigDecimal("1.5E+300"), new BigDecimal("1E-400"), new BigDecimal(BigInteger.TEN.pow(400)))) {
                assertThat(Payload.of(value).as(BigDecimal.class, strict)).isEqualTo(value);
                assertThat(Payload.json(encode(value)).as(BigDecimal.class, strict))
                        .isEqualByComparingTo(value);
            }
            for (double value : new double[] {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, -0.0, 1e22}) {
                assertThat(decode(encode(value), double.class)).isEqualTo(value);
            }
        }
    }

    @Nested
    class TimesOfDay {

        @Test
        void areWrittenAsIso8601AndReadBack() {
            Times times = new Times(
                    Instant.parse("2026-11-28T01:02:03.456Z"),
                    LocalDate.of(2026, 11, 28),
                    OffsetDateTime.parse("2026-11-28T03:02:03+02:00"),
                    Duration.ofSeconds(90));
            assertThat(encode(times))
                    .isEqualTo("{\"instant\":\"2026-11-28T01:02:03.456Z\",\"date\":\"2026-11-28\","
                            + "\"offset\":\"2026-11-28T03:02:03+02:00\",\"duration\":\"PT1M30S\"}");
            assertThat(decode(encode(times), Times.class)).isEqualTo(times);
        }

        @Test
        void monthsByNameAndYearsAsText() {
            assertThat(encode(Month.MARCH)).isEqualTo("\"MARCH\"");
            assertThat(encode(Map.of(Month.MARCH, DayOfWeek.MONDAY))).isEqualTo("{\"MARCH\":\"MONDAY\"}");
            assertThat(encode(Year.of(2026))).isEqualTo("\"2026\"");
            for (Object value : List.of(Month.MARCH, Year.of(2026), YearMonth.of(2026, 3), LocalTime.of(1, 2))) {
                assertThat(decode(encode(value), value.getClass())).isEqualTo(value);
            }
        }

        @Test
        void thatMakeNoSenseAreTheClientsFault() {
            assertThat(refused("\"yesterday\"", Instant.class).getMessage()).doesNotContain("yesterday");
        }
    }

    @Nested
    class Refusing {

        @Test
        void aWrongTypeIsNamedWithItsPlaceButNotItsContent() {
            String json = "{\"list\":[{\"number\":1},{\"number\":\"" + "secret".repeat(100) + "\"}]}";
            PayloadException e = refused(json, Nums.class);
            assertThat(e)
                    .hasMessage("payload: JSON that does not fit: no int at list[1].number (expected: " + NUMS + ")");
            assertThat(e).hasNoCause();
        }

        @Test
        void aNumberOutOfRangeIsNotQuoted() {
            PayloadException e = refused("{\"number\":12345678901}", Num.class);
            assertThat(e).hasMessageMatching("payload: JSON that does not fit: .* at number \\(expected: .*\\)");
            assertThat(e.getMessage()).doesNotContain("12345678901");
        }

        @Test
        void anotherShapeIsRefused() {
            assertThat(refused("[]", Num.class))
                    .hasMessage("payload: JSON that does not fit: no Num (expected: " + NUM + ")");
            assertThat(refused("\"secret\"", Num.class).getMessage()).doesNotContain("secret");
        }

        @Test
        void aRecordsOwnRefusalIsKeptAsCause() {
            PayloadException e = refused("{\"number\":-1}", Num.class);
            assertThat(e)
                    .hasMessage("payload: JSON that does not fit: IllegalArgumentException (expected: " + NUM + ")")
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(e.getCause()).hasMessage("number: -1 (expected: at least 0)");
        }

        @Test
        void nullIsNoObject() {
            assertThat(refused("null", Num.class)).hasMessage("payload: null (expected: " + NUM + ")");
        }

        @Test
        void aLongPathIsCut() {
            String json = "{\"byName\":{\"" + "k".repeat(500) + "\":{\"number\":[]}}}";
            assertThat(refused(json, Nums.class))
                    .hasMessage("payload: JSON that does not fit: no int at byName." + "k".repeat(93) + "… (expected: "
                            + NUMS + ")");
        }

        @Test
        void aKeyCannotForgeALineOfTheLog() {
            assertThat(refused("{\"byName\":{\"a\\nb\\u2028c\\u001b\":{\"number\":[]}}}", Nums.class))
                    .hasMessage(
                            "payload: JSON that does not fit: no int at byName.a?b?c?.number (expected: " + NUMS + ")");
        }

        @Test
        void theLibrarysOwnLimitsAreExplained() {
            assertThat(refused("{\"number\":" + "1".repeat(1001) + "}", Num.class)
                            .getMessage())
                    .contains("1000")
                    .doesNotContain("1111111");
        }
    }

    /** A mistake of the server must not look like one of its client. */
    @Nested
    class TypesThatCannotBeDecoded {

        @Test
        void areNoRefusal() {
            for (Class<?> type : List.of(Runnable.class, Opaque.class)) {
                assertThatThrownBy(() -> decode("{}", type))
                        .isInstanceOf(PayloadTypeException.class)
                        .hasMessageStartingWith(
                                "payload type: " + type.getTypeName() + " cannot be decoded, whatever the JSON: ")
                        .hasMessageContaining(
                                " (expected: a record, Map.class or another type that Jackson can make; or"
                                        + " Endpoint.builder().codec(")
                        .hasMessageEndingWith(".of(mapper)) with a mapper that can)");
            }
        }

        @Test
        void areNotTakenForOneWhoseJsonIsWrong() {
            for (String json :
                    List.of("\"secret\"", "[\"a secret\"]", "[{}]", "5", "{\"numbers\":\"(no Creators, )\"}")) {
                for (Class<?> type : List.of(int[].class, double[][].class, Num[].class, PrimitiveArrays.class)) {
                    assertThat(refused(json, type).getMessage())
                            .startsWith("payload: JSON that does not fit: ")
                            .doesNotContain("secret");
                }
            }
            assertThat(refused("{\"list\":\"secret\"}", PrimitiveArrays.class))
                    .hasMessage("payload: JSON that does not fit: no int[] at list (expected: "
                            + PrimitiveArrays.class.getTypeName() + ")");
        }

        /** Some readers take the last, others refuse it; it is never the fault of the type. */
        @Test
        void areNotTakenForOneWhoseJsonHasAKeyTwice() {
            for (String json :
                    List.of("{\"zebra\":1,\"apple\":2,\"zebra\":3}", "{\"zebra\":1,\"zebra\":3,\"apple\":2}")) {
                for (PayloadCodec codec : List.of(strict, lenient)) {
                    Object decoded;
                    try {
                        decoded = codec.decode(json.getBytes(UTF_8), 0, json.length(), Ordered.class);
                    } catch (PayloadException e) {
                        assertThat(e)
                                .hasMessage("payload: JSON that does not fit: a key twice at zebra (expected: "
                                        + Ordered.class.getTypeName() + ")");
                        continue;
                    }
                    assertThat(decoded).isEqualTo(new Ordered(3, 2));
                }
            }
        }

        @Test
        void areToldWithoutTheJson() {
            assertThatThrownBy(() -> decode("\"secret\"", Opaque.class))
                    .isInstanceOf(PayloadTypeException.class)
                    .hasMessageContaining(Opaque.class.getSimpleName())
                    .hasMessageNotContaining("secret");
        }

        @Test
        void areFoundInsideOthers() {
            assertThatThrownBy(() -> decode("{\"opaque\":{\"a\":\"secret\"}}", Holder.class))
                    .isInstanceOf(PayloadTypeException.class)
                    .hasMessageStartingWith("payload type: " + Holder.class.getTypeName())
                    .hasMessageContaining(Opaque.class.getSimpleName())
                    .hasMessageNotContaining("secret");
        }
    }

    @Nested
    class Encoding {

        @Test
        void recordsMapsAndOptions() {
            assertThat(encode(new Num(5))).isEqualTo("{\"number\":5}");
            assertThat(encode(Map.of("é", "雪"))).isEqualTo("{\"é\":\"雪\"}");
            assertThat(encode(Map.of("😀", "a😀"))).isEqualTo("{\"😀\":\"a😀\"}");
            assertThat(encode(List.of())).isEqualTo("[]");
            assertThat(encode(new Maybe(Optional.of("a")))).isEqualTo("{\"name\":\"a\"}");
            assertThat(encode(new Maybe(Optional.empty()))).isEqualTo("{\"name\":null}");
        }

        @Test
        void anEnumByItsName() {
            assertThat(encode(Color.RED)).isEqualTo("\"RED\"");
            assertThat(decode("\"RED\"", Color.class)).isEqualTo(Color.RED);
            assertThat(refused("\"the color RED\"", Color.class)).isNotNull();
        }

        @Test
        void inTheOrderInWhichItIsDeclared() {
            assertThat(encode(new Ordered(1, 2))).isEqualTo("{\"zebra\":1,\"apple\":2}");
            Map<String, Integer> map = new LinkedHashMap<>();
            map.put("zebra", 1);
            map.put("apple", 2);
            assertThat(encode(map)).isEqualTo("{\"zebra\":1,\"apple\":2}");
        }

        @Test
        void whatHasNoJsonFormIsNamed() {
            assertThatThrownBy(() -> strict.encode(Opaque.instance()))
                    .isInstanceOf(PayloadException.class)
                    .hasMessageStartingWith("payload: " + Opaque.class.getTypeName() + " cannot be encoded: ")
                    .hasMessageContaining("no properties discovered")
                    .hasCauseInstanceOf(Exception.class);
        }

        @Test
        void anEndlessValueIsRefused() {
            assertThatThrownBy(() -> strict.encode(new Loop())).isInstanceOf(PayloadException.class);
        }

        /** Such as a text leaves that was cut in the middle of a character. */
        @Test
        void halfOfASurrogatePairAsAQuestionMark() {
            Map<String, Object> halves = new LinkedHashMap<>();
            halves.put("\ud83d", "\ude00");
            halves.put("cut", "a\ud83d");
            halves.put("turned", "\ude00\ud83d" + BACKSLASH + "ud83d 😀");
            String json = new String(((Payload.Json) Payload.of(halves).encoded(strict)).array(), UTF_8);
            assertThat(Payload.json(json).as(Object.class, strict))
                    .isEqualTo(Map.of("?", "?", "cut", "a?", "turned", "??" + BACKSLASH + "ud83d 😀"));
        }

        @Test
        void whatIsWrittenIsTakenByAReaderThatIsStrict() {
            for (String text : List.of("😀", "\u2028\0\"", "é雪")) {
                assertThat(Payload.json(encode(text)).as(String.class, strict)).isEqualTo(text);
            }
        }
    }

    protected final Object decode(String json, Type type) {
        byte[] bytes = json.getBytes(UTF_8);
        return strict.decode(bytes, 0, bytes.length, type);
    }

    protected final String encode(Object value) {
        return new String(strict.encode(value), UTF_8);
    }

    private PayloadException refused(String json, Type type) {
        PayloadException refusal = catchThrowableOfType(PayloadException.class, () -> decode(json, type));
        assertThat(refusal).as("%s as %s", json, type).isNotNull();
        return refusal;
    }
}
