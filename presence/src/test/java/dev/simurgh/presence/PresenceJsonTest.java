package dev.simurgh.presence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.NodeId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metas and keys of any kind, and the refs among them. */
class PresenceJsonTest {
    private static final Origin ORIGIN = new Origin(NodeId.starting("a@host"));

    private static String kept(String meta) {
        return new String(PresenceJson.kept((Payload.Json) Payload.json(meta)), UTF_8);
    }

    private static Entry entry(String key, String meta, long version, long previous) {
        return new Entry(ORIGIN, 1, version, previous, "t", key, meta.getBytes(UTF_8));
    }

    @Test
    void refsThatAClientSendsBackAreNotKept() {
        assertThat(kept("{\"phx_ref\":\"x\",\"n\":1,\"phx_ref_prev\":\"y\"}")).isEqualTo("{\"n\":1}");
        assertThat(kept("{\"phx_ref\":\"x\"}")).isEqualTo("{}");
        assertThat(kept("{\"n\":{\"phx_ref\":1}}")).isEqualTo("{\"n\":{\"phx_ref\":1}}");
    }

    @Test
    void refsInDisguiseAreNotKept() {
        assertThat(kept("{\"\\u0070hx_ref\":\"x\",\"a\":1}")).isEqualTo("{\"a\":1}");
        assertThat(kept("{\"phx\\u005fref_prev\":\"x\",\"a\":1}")).isEqualTo("{\"a\":1}");
    }

    @Test
    void blanksAroundAMetaAreNotKept() {
        assertThat(kept(" \n{\"n\": 1}\t ")).isEqualTo("{\"n\": 1}");
        assertThat(kept("{ \r\n }")).isEqualTo("{}");
    }

    @Test
    void anEmptyMetaHasItsRefs() {
        Payload state = PresenceJson.state(List.of(entry("k", "{}", 2, 1)), Map.of());
        assertThat(state.toString())
                .isEqualTo("{\"k\":{\"metas\":[{\"phx_ref\":\"" + ORIGIN.ref(2) + "\",\"phx_ref_prev\":\""
                        + ORIGIN.ref(1) + "\"}]}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "__proto__", "constructor", "toString", "1", "\uD83D\uDC26", "\"\\\u0000\n", "é"})
    void anyTextIsAKey(String key) {
        try (Rig rig = Rig.create()) {
            RoomClient client = rig.client("t");
            rig.presence.owner().track("t", key, Map.of("n", 1));
            rig.state("t", client);
            assertThat(client.list()).containsOnlyKeys(key);
            assertThat(rig.presence.get("t", key)).hasSize(1);
        }
    }

    @Test
    void aKeyOf10KilobytesIsAKey() {
        anyTextIsAKey("k".repeat(10_000));
    }

    @Test
    void severalMetasOfAKeyStandUnderIt() {
        try (Rig rig = Rig.create()) {
            String one =
                    rig.presence.owner().track("t", "k", Map.of("n", 1)).ref().orElseThrow();
            String two =
                    rig.presence.owner().track("t", "k", Map.of("n", 2)).ref().orElseThrow();
            assertThat(rig.presence.state("t").join().toString())
                    .isEqualTo("{\"k\":{\"metas\":[{\"n\":1,\"phx_ref\":\"" + one + "\"},{\"n\":2,\"phx_ref\":\"" + two
                            + "\"}]}}");
            assertThat(rig.presence.count("t")).isEqualTo(1);
        }
    }

    @Test
    void refsAreDifferentForEachVersionAndNode() {
        Origin other = new Origin(NodeId.starting("b@host"));
        assertThat(List.of(ORIGIN.ref(1), ORIGIN.ref(2), ORIGIN.ref(1L << 40), other.ref(1), other.ref(2)))
                .doesNotHaveDuplicates()
                .allSatisfy(ref -> assertThat(ref).matches("[A-Za-z0-9_-]{16}"));
    }
}
