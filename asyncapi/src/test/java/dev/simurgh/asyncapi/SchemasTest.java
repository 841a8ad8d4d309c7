package dev.simurgh.asyncapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.simurgh.jackson.JacksonCodec;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SchemasTest {
    private static final ObjectMapper STRICT = JacksonCodec.create().mapper();

    private static JsonNode json(String json) {
        try {
            return STRICT.readTree(json.replace('\'', '"'));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The definition of a type, as it is when clients get it. */
    private static JsonNode got(Type type, String name) {
        return got(STRICT, type, name);
    }

    private static JsonNode got(ObjectMapper mapper, Type type, String name) {
        Schemas schemas = new Schemas(mapper);
        return definition(schemas, schemas.of(type), name);
    }

    private static JsonNode sent(Type type, String name) {
        Schemas schemas = new Schemas(STRICT);
        return definition(schemas, schemas.sent(type), name);
    }

    private static JsonNode definition(Schemas schemas, ObjectNode schema, String name) {
        Map<String, ObjectNode> all = schemas.named(List.of(schema), "#/");
        assertThat(all).containsKey(name);
        return Objects.requireNonNull(all.get(name));
    }

    private static JsonNode property(Type type, String definition, String property) {
        return got(type, definition).path("properties").path(property);
    }

    @Nested
    class Names {
        @Test
        void thoseOfAnnotationsAreTaken() {
            JsonNode everything = got(Showcase.Everything.class, "ShowcaseEverything");

            assertThat(everything.path("properties").has("user_id")).isTrue();
            assertThat(everything.path("properties").has("userId")).isFalse();
            assertThat(everything.path("properties").has("secret")).isFalse();
            assertThat(everything.path("properties").has("width"))
                    .as("unwrapped")
                    .isTrue();
            assertThat(everything.path("properties").has("inner")).isFalse();
        }

        @Test
        void thoseOfTheMapperAreTaken() {
            record Device(int batteryLevel) {}
            ObjectMapper snake = JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build();

            assertThat(got(snake, Device.class, "SchemasTestNamesDevice").path("properties"))
                    .isEqualTo(json("{'battery_level': {'type': 'integer'}}"));
        }

        @Test
        void twoClassesOfOneSimpleNameGetTwoNames() {
            Schemas schemas = new Schemas(STRICT);
            ObjectNode both = schemas.of(Showcase.Everything.class);

            assertThat(schemas.named(List.of(both), "#/"))
                    .containsKeys("AsyncapiText", "OtherText", "ShowcasePageOfText", "ShowcasePageOfShowcaseInner")
                    .doesNotContainKeys("Text");
        }
    }

    @Nested
    class Nulls {
        @Test
        void whatMayBeNullMayAlsoBeMissing() {
            record Person(
                    String name,
                    @Nullable String nickname,
                    @Nullable Integer age,
                    @Nullable Person boss) {}

            assertThat(got(Person.class, "SchemasTestNullsPerson")).isEqualTo(json("""
                                    {'type': 'object',
                                     'properties': {
                                       'name': {'type': 'string'},
                                       'nickname': {'type': ['string', 'null']},
                                       'age': {'type': ['integer', 'null']},
                                       'boss': {'anyOf': [{'$ref': '#/SchemasTestNullsPerson'}, {'type': 'null'}]}},
                                     'required': ['name']}
                                    """));
        }

        @Test
        void anOptionalMayBeNull() {
            assertThat(property(Showcase.Everything.class, "ShowcaseEverything", "first"))
                    .isEqualTo(json("{'anyOf': [{'$ref': '#/AsyncapiText'}, {'type': 'null'}]}"));
            assertThat(property(Showcase.Numbers.class, "ShowcaseNumbers", "optional"))
                    .isEqualTo(json("{'type': ['integer', 'null']}"));
        }
    }

    @Nested
    class Omitted {
        @Test
        void whatIsLeftOutForSomeValuesIsNotRequired() {
            assertThat(got(Sparse.class, "SchemasTestSparse").path("required")).isEqualTo(json("['number']"));
            assertThat(got(Single.class, "SchemasTestSingle").path("required")).isEqualTo(json("['always']"));
        }

        @Test
        void whatTheMapperLeavesOutIsNotRequired() {
            record Tags(List<String> tags, int number) {}
            ObjectMapper sparse = JsonMapper.builder()
                    .defaultPropertyInclusion(JsonInclude.Value.construct(
                            JsonInclude.Include.NON_EMPTY, JsonInclude.Include.USE_DEFAULTS))
                    .build();

            assertThat(got(sparse, Tags.class, "SchemasTestOmittedTags").path("required"))
                    .isEqualTo(json("['number']"));
        }
    }

    @Nested
    class Forms {
        private JsonNode in(String property) {
            return property(Showcase.Everything.class, "ShowcaseEverything", property);
        }

        @Test
        void theyAreThoseThatJacksonWrites() {
            assertThat(in("user_id")).isEqualTo(json("{'type': 'integer', 'format': 'int64'}"));
            assertThat(in("colours"))
                    .isEqualTo(json("{'type': 'array', 'items': {'type': 'string', 'enum': ['RED', 'light-green']}}"));
            assertThat(in("map"))
                    .isEqualTo(json("{'type': 'object', 'additionalProperties': {'$ref': '#/ShowcaseInner'}}"));
            assertThat(in("anything")).isEqualTo(json("{}"));
            assertThat(in("node")).isEqualTo(json("{}"));
            assertThat(in("name")).as("its only value").isEqualTo(json("{'type': 'string'}"));
            assertThat(in("bytes")).isEqualTo(json("{'type': 'string', 'contentEncoding': 'base64'}"));
            assertThat(in("letter")).isEqualTo(json("{'type': 'string'}"));
        }

        @Test
        void timesAreWhatTheMapperMakesOfThem() {
            JsonNode times = got(Showcase.Times.class, "ShowcaseTimes").path("properties");
            JsonNode stamps = got(
                            JsonMapper.builder().findAndAddModules().build(), Showcase.Times.class, "ShowcaseTimes")
                    .path("properties");

            assertThat(times.path("instant")).isEqualTo(json("{'type': 'string', 'format': 'date-time'}"));
            assertThat(times.path("day")).isEqualTo(json("{'type': 'string', 'format': 'date'}"));
            assertThat(times.path("duration")).isEqualTo(json("{'type': 'string', 'format': 'duration'}"));
            assertThat(times.path("seconds").path("type").asText()).isEqualTo("number");
            assertThat(stamps.path("instant").path("type").asText()).isEqualTo("number");
            assertThat(stamps.path("date").path("type").asText()).isEqualTo("integer");
        }

        @Test
        void aTypeMayReferToItself() {
            assertThat(property(Showcase.Tree.class, "ShowcaseTree", "children"))
                    .isEqualTo(json("{'type': 'array', 'items': {'$ref': '#/ShowcaseTree'}}"));
        }

        @Test
        void oneOfSeveralIsToldByItsProperty() {
            assertThat(got(Showcase.Shape.class, "ShowcaseShape"))
                    .isEqualTo(json("{'anyOf': [{'$ref': '#/ShowcaseCircle'}, {'$ref': '#/ShowcaseSquare'}]}"));
            assertThat(property(Showcase.Circle.class, "ShowcaseCircle", "kind"))
                    .isEqualTo(json("{'type': 'string', 'const': 'circle'}"));
        }

        @Test
        void aSealedTypeIsOneOfThosePermitted() {
            assertThat(got(Showcase.News.class, "ShowcaseNews"))
                    .isEqualTo(json("{'anyOf': [{'$ref': '#/ShowcaseCame'}, {'$ref': '#/ShowcaseWent'}]}"));
        }

        @Test
        void serializersOfPropertiesAreAsked() {
            JsonNode properties = got(Own.class, "SchemasTestOwn").path("properties");

            assertThat(properties.path("id")).isEqualTo(json("{'type': 'string'}"));
            assertThat(properties.path("ids")).isEqualTo(json("{'type': 'array', 'items': {'type': 'string'}}"));
            assertThat(properties.path("byName"))
                    .isEqualTo(json("{'type': 'object', 'additionalProperties': {'type': 'string'}}"));
            assertThat(properties.path("converted")).isEqualTo(json("{'type': 'string'}"));
            assertThat(properties.path("raw")).isEqualTo(json("{}"));
            assertThat(properties.path("toldHere")).isEqualTo(json("{}"));
        }

        @Test
        void anEnumIsItsValuesWhateverTheyAre() {
            assertThat(got(Levels.class, "SchemasTestLevels").path("properties"))
                    .isEqualTo(json("""
                            {'level': {'type': 'integer', 'enum': [1, 2]},
                             'next': {'type': ['integer', 'null'], 'enum': [1, 2, null]}}"""));
        }

        @Test
        void whatIsWrittenAsAnArrayIsNone() {
            assertThat(schema(Point.class)).isEqualTo(json("{'type': 'array'}"));
        }

        @Test
        void oneOfSeveralMayBeToldByItsOtherProperties() {
            assertThat(got(Paid.class, "SchemasTestPaid"))
                    .isEqualTo(json("{'anyOf': [{'$ref': '#/SchemasTestCard'}, {'$ref': '#/SchemasTestCash'}]}"));
            assertThat(got(Cash.class, "SchemasTestCash"))
                    .isEqualTo(json("{'type': 'object', 'properties': {'cents': {'type': 'integer'}},"
                            + " 'required': ['cents']}"));
        }

        @Test
        void whatNobodyCanSayIsAnything() {
            assertThat(schema(Wrapped.class)).isEqualTo(json("{}"));
            assertThat(schema(Wrapping.class)).isEqualTo(json("{}"));
            assertThat(schema(Loop.class)).isEqualTo(json("{}"));
            assertThat(schema(Runnable.class)).isEqualTo(json("{}"));
        }

        @Test
        void furtherPropertiesAreKnownToBeThere() {
            assertThat(got(More.class, "SchemasTestMore").path("additionalProperties"))
                    .isEqualTo(json("{}"));
            assertThat(TypeScriptTypes.of(got(More.class, "SchemasTestMore"), ""))
                    .isEqualTo("{\n  known: number;\n  [key: string]: unknown;\n}");
        }

        private static JsonNode schema(Type type) {
            return new Schemas(STRICT).of(type);
        }

        @Test
        void whatJacksonCannotWriteIsRefused() {
            assertThatThrownBy(() -> got(Broken.class, "?"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("payload type: ")
                    .hasMessageContaining("Broken (expected: one that Jackson can write: ");
        }
    }

    private record Own(
            @JsonSerialize(using = ToStringSerializer.class) long id,

            @JsonSerialize(contentUsing = ToStringSerializer.class)
            List<Long> ids,

            @JsonSerialize(contentUsing = ToStringSerializer.class)
            Map<String, Long> byName,

            @JsonSerialize(converter = InWords.class) long converted,
            @JsonRawValue String raw,

            @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object toldHere) {}

    static final class InWords extends StdConverter<Long, String> {
        @Override
        public String convert(Long number) {
            return "many";
        }
    }

    private enum Level {
        LOW,
        HIGH;

        @JsonValue
        int number() {
            return this == LOW ? 1 : 2;
        }
    }

    private record Levels(Level level, Optional<Level> next) {}

    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    private record Point(int x, int y) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
    @JsonSubTypes({@JsonSubTypes.Type(Card.class), @JsonSubTypes.Type(Cash.class)})
    private sealed interface Paid {}

    private record Card(String number) implements Paid {}

    private record Cash(int cents) implements Paid {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
    @JsonSubTypes(@JsonSubTypes.Type(value = Wrapped.class, name = "wrapped"))
    private sealed interface Wrapping {}

    private record Wrapped(int inside) implements Wrapping {}

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    private record Loop(String name, Loop next) {}

    private record More(int known, @JsonAnyGetter Map<String, Object> more) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Sparse(List<String> items, String text, int number) {}

    private record Single(
            String always,

            @JsonInclude(JsonInclude.Include.NON_NULL) String sometimes,

            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean flag) {}

    abstract static class NoSerializer extends JsonSerializer<Object> {}

    private record Broken(
            @JsonSerialize(using = NoSerializer.class) String text) {}

    @Nested
    class Directions {
        @Test
        void aClientNeedNotSendWhatIsOnlyWritten() {
            JsonNode sum = sent(Showcase.Sum.class, "ShowcaseSum");

            assertThat(sum.path("required")).isEqualTo(json("['a', 'b']"));
            assertThat(sum.path("properties").path("sum").path("readOnly").asBoolean())
                    .isTrue();
            assertThat(got(Showcase.Sum.class, "ShowcaseSum").path("required")).isEqualTo(json("['a', 'b', 'sum']"));
            assertThat(sent(Showcase.Bean.class, "ShowcaseBean").path("required"))
                    .isEqualTo(json("['count']"));
        }

        @Test
        void aClientSendsWhatIsOnlyRead() {
            assertThat(sent(Showcase.Login.class, "ShowcaseLogin").path("required"))
                    .isEqualTo(json("['user', 'password']"));
            assertThat(got(Showcase.Login.class, "ShowcaseLogin")
                            .path("properties")
                            .has("password"))
                    .isFalse();
        }
    }
}
