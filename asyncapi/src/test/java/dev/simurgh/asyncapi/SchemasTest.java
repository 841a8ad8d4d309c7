package dev.simurgh.asyncapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simurgh.jackson.JacksonCodec;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        void whatJacksonCannotWriteIsRefused() {
            assertThatThrownBy(() -> got(Broken.class, "?"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("payload type: ")
                    .hasMessageContaining("Broken (expected: one that Jackson can write: ");
        }
    }

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
