package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                      | { }
            {"a":1,"b":[true,null]} | { "b" : [ true , null ] , "a" : 1 }
            1                       | 1.0
            100                     | 1e2
            0                       | -0.00
            0e9999999999            | 0
            1e9999999999            | 10E+9999999998
            -0.012e-9999999999      | -12e-10000000002
            {"a":1,"a":2}           | {"a":1,"a":2}
            "ä"                     | "\\u00e4"
            "/\\n\\t\\r\\b\\f\\"\\\\"        | "\\/\\u000a\\u0009\\u000d\\u0008\\u000c\\u0022\\u005c"
            "\\ud83d\\udc26"          | "🐦"
            [[],{},[{}]]            | [ [ ] , { } , [ { } ] ]
            """)
    void sameValues(String one, String other) {
        assertThat(Json.same(json(one), json(other))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                     | {"a":null}
            {}                     | []
            {"a":1}                | {"a":1,"b":1}
            {"a":1}                | {"a":"1"}
            {"a":1}                | {"b":1}
            [1,2]                  | [2,1]
            [1,2]                  | [1,2,2]
            null                   | false
            0                      | false
            "null"                 | null
            9007199254740993       | 9007199254740992
            0.1                    | 0.10000000000000001
            1e9999999999           | 1e9999999998
            1e9999999999           | -1e9999999999
            {"a":1,"a":2}          | {"a":2}
            {"a":1,"a":2}          | {"a":1}
            {"a":1,"a":2}          | {"a":2,"a":1}
            """)
    void differentValues(String one, String other) {
        assertThat(Json.same(json(one), json(other))).isFalse();
    }

    /** Unchecked: what is compared is more than what is let in. */
    private static Payload json(String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        return Payload.json(utf8, 0, utf8.length);
    }
}
