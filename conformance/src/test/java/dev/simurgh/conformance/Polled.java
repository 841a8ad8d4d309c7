package dev.simurgh.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * What a poll has brought, as one that came a little later would have brought it. A poll takes what is there, so the messages that were
 * recorded in one answer may come in two; and messages have an order within their topic only.
 */
final class Polled {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ArrayNode recorded;
    private final ArrayNode brought = JSON.createArrayNode();

    Polled(Step step) {
        this.recorded = messages(step.data().path("body").asText());
    }

    /** Adds an answer, and tells whether there must be more. */
    boolean needsMoreThan(HttpMessage answer) {
        ArrayNode some = messages(answer.body());
        brought.addAll(some);
        return !some.isEmpty() && brought.size() < recorded.size();
    }

    /** The last answer with all messages in it, each topic's in the places where the recording has that topic's. */
    HttpMessage whole(HttpMessage last) {
        if (recorded.isEmpty() || brought.size() != recorded.size()) {
            return last;
        }
        Map<String, Deque<JsonNode>> byTopic = new HashMap<>();
        brought.forEach(message -> byTopic.computeIfAbsent(topic(message), any -> new ArrayDeque<>())
                .add(message));
        ArrayNode ordered = JSON.createArrayNode();
        for (JsonNode message : recorded) {
            JsonNode next =
                    byTopic.getOrDefault(topic(message), new ArrayDeque<>()).poll();
            if (next == null) {
                return last;
            }
            ordered.add(next);
        }
        ObjectNode body = object(last.body());
        body.set("messages", ordered);
        return new HttpMessage(last.firstLine(), last.headers(), body.toString());
    }

    private static ArrayNode messages(String body) {
        return object(body).path("messages") instanceof ArrayNode array ? array : JSON.createArrayNode();
    }

    private static ObjectNode object(String body) {
        return read(body) instanceof ObjectNode object ? object : JSON.createObjectNode();
    }

    /** The topic, or nothing for a message whose topic cannot be told: it keeps its place among its like. */
    private static String topic(JsonNode message) {
        JsonNode read = read(message.asText());
        return (read.isArray() ? read.path(2) : read.path("topic")).asText();
    }

    private static JsonNode read(String text) {
        try {
            return text.startsWith("{") || text.startsWith("[") ? JSON.readTree(text) : JSON.nullNode();
        } catch (JsonProcessingException e) {
            return JSON.nullNode();
        }
    }
}
