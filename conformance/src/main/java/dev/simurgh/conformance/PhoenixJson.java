package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.simurgh.jackson.JacksonCodec;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Payloads as the recorded server has them: keys in snake case, and of two equal keys the first counts. */
final class PhoenixJson {
    private PhoenixJson() {}

    static JacksonCodec codec() {
        return JacksonCodec.of(JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .nodeFactory(new FirstCounts())
                .build());
    }

    private static final class FirstCounts extends JsonNodeFactory {
        private static final long serialVersionUID = 1;

        @Override
        public ObjectNode objectNode() {
            return new ObjectNode(this, new FirstCountsMap());
        }
    }

    private static final class FirstCountsMap extends LinkedHashMap<String, JsonNode> {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable JsonNode put(String key, JsonNode value) {
            return putIfAbsent(key, value);
        }
    }
}
