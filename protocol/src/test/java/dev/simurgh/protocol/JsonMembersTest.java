package dev.simurgh.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonMembersTest {
    private static Payload.Json json(String text) {
        return (Payload.Json) Payload.json(text);
    }

    /** As it comes out of a frame: in the middle of an array. */
    private static Payload.Json slice(String text) {
        byte[] array = ("[[" + text + "]]").getBytes(StandardCharsets.UTF_8);
        return (Payload.Json) Payload.json(array, 2, array.length - 4);
    }

    @Test
    void aMemberIsFoundWhereverItStands() {
        assertThat(slice("{\"a\":{\"position\":1},\"position\" : \"e:5\" , \"z\":[{}]}")
                        .member("position"))
                .contains(json("\"e:5\""));
        assertThat(json(" {\"\\u0061\":1}").member("a")).contains(json("1"));
    }

    @Test
    void ofSeveralTheLastCounts() {
        assertThat(json("{\"a\":1,\"a\":2}").member("a")).contains(json("2"));
    }

    @Test
    void whatHasNoSuchMemberHasNone() {
        assertThat(json("{}").member("a")).isEmpty();
        assertThat(json("{\"b\":{\"a\":1}}").member("a")).isEmpty();
        assertThat(json("[\"a\"]").member("a")).isEmpty();
        assertThat(json("null").member("a")).isEmpty();
    }

    @Test
    void anObjectMayBeAsDeepAsItCameIn() {
        String deep = "[".repeat(400) + "]".repeat(400);
        assertThat(slice("{\"d\":" + deep + ",\"a\":1}").member("a")).contains(json("1"));
    }

    @Test
    void onlyAStringHasAContent() {
        assertThat(slice("\"e:\\u0035\"").string()).contains("e:5");
        assertThat(json("5").string()).isEmpty();
        assertThat(json("{\"a\":\"b\"}").string()).isEmpty();
    }

    @Test
    void aMemberComesBehindThoseThatAreThere() {
        assertThat(slice(" {\"a\":1 } ").with("b", json("true"))).hasToString(" {\"a\":1 ,\"b\":true}");
        assertThat(json("{ }").with("b", json("\"x\""))).hasToString("{ \"b\":\"x\"}");
        assertThat(((Payload.Json) Payload.EMPTY).with("b", json("1")).with("c", json("2")))
                .hasToString("{\"b\":1,\"c\":2}");
    }

    @Test
    void onlyAnObjectTakesAMember() {
        assertThatThrownBy(() -> json("[1]").with("a", json("1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("payload: [1] (expected: a JSON object)");
    }
}
