package dev.simurgh.protocol;

import static dev.simurgh.protocol.Oracle.json;
import static dev.simurgh.protocol.RandomJson.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes into a frame is what Jackson reads from it, and what we decode from it. */
class RoundTripTest {
    private static final int CASES = 5_000;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final RandomJson random = RandomJson.sound(11);

    @Test
    void vsn2() {
        for (int i = 0; i < CASES; i++) {
            Ref joinRef = ref();
            Ref ref = ref();
            String topic = text();
            String event = text();
            Payload payload = Payload.json(random.value(2));
            List<JsonNode> head = List.of(json(joinRef), json(ref), NODES.textNode(topic));

            Frame message = Serializers.V2.encodeMessage(joinRef, ref, topic, event, payload);
            assertThat(json(message))
                    .containsExactly(head.get(0), head.get(1), head.get(2), NODES.textNode(event), json(payload));
            Message decoded = Serializers.V2.decodeText(message.bytes(), 0, message.length());
            assertThat(decoded)
                    .hasToString(Message.of(joinRef, ref, topic, event, payload).toString());

            Frame reply = Serializers.V2.encodeReply(joinRef, ref, topic, event, payload);
            assertThat(json(reply))
                    .containsExactly(
                            head.get(0),
                            head.get(1),
                            head.get(2),
                            NODES.textNode("phx_reply"),
                            NODES.objectNode().put("status", event).set("response", json(payload)));
        }
    }

    @Test
    void vsn1() {
        for (int i = 0; i < CASES; i++) {
            Ref ref = ref();
            String topic = text();
            String event = text();
            Payload payload = Payload.json(random.value(2));

            Frame message = Serializers.V1.encodeMessage(Ref.of("never sent"), ref, topic, event, payload);
            assertThat(json(message))
                    .isEqualTo(NODES.objectNode()
                            .setAll(Map.of(
                                    "topic",
                                    NODES.textNode(topic),
                                    "event",
                                    NODES.textNode(event),
                                    "payload",
                                    json(payload),
                                    "ref",
                                    json(ref))));
            Message decoded = Serializers.V1.decodeText(message.bytes(), 0, message.length());
            assertThat(decoded)
                    .hasToString(
                            Message.of(Ref.NONE, ref, topic, event, payload).toString());
        }
    }

    private Ref ref() {
        return random.below(3) == 0 ? Ref.ofJson(utf8(random.value(1))) : Ref.of(text());
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int length = random.below(20); length > 0; length--) {
            char c = (char) (random.below(4) > 0 ? random.below(128) : random.below(0x10000));
            text.append(Character.isSurrogate(c) ? 'x' : c);
        }
        return text.toString();
    }
}
