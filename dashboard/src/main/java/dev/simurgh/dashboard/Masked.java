package dev.simurgh.dashboard;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a payload, without a value of it: {@code {"body":"text, 12 characters"}}. Names of members are shown, values never; what is large is shown in part.
 */
final class Masked {
    private static final int MAX_NAME_CHARS = 60;
    private static final int MAX_MEMBERS = 40;
    private static final int MAX_DEPTH = 6;
    private static final int MAX_VALUES = 200;

    private int left = MAX_VALUES;

    private Masked() {}

    static Object of(Payload payload, PayloadCodec codec) {
        if (payload instanceof Payload.Json json) {
            try {
                return new Masked().value(codec.decode(json.array(), json.offset(), json.length(), Object.class), 0);
            } catch (RuntimeException e) {
                return "JSON, " + json.length()
                        + " bytes"; // it is null, or what the codec, which is the user's, does not take
            }
        }
        return payload instanceof Payload.Binary binary ? "binary, " + binary.length() + " bytes" : "";
    }

    private Object value(@Nullable Object value, int depth) {
        left--;
        if (value instanceof Map<?, ?> map) {
            return depth == MAX_DEPTH || left <= 0 ? map.size() + " members" : members(map, depth);
        }
        if (value instanceof List<?> list) {
            String size = list.size() == 1 ? "1 element" : list.size() + " elements";
            return list.isEmpty() || depth == MAX_DEPTH || left <= 0
                    ? size
                    : List.of(size + ", the first:", value(list.get(0), depth + 1));
        }
        if (value instanceof String text) {
            return "text, " + text.length() + (text.length() == 1 ? " character" : " characters");
        }
        return value instanceof Number ? "number" : value instanceof Boolean ? "boolean" : "null";
    }

    private Map<String, Object> members(Map<?, ?> map, int depth) {
        Map<String, Object> shape = new LinkedHashMap<>();
        for (Map.Entry<?, ?> member : map.entrySet()) {
            if (shape.size() == MAX_MEMBERS || left <= 0) {
                shape.put("…", map.size() - shape.size() + " more");
                break;
            }
            String name = String.valueOf(member.getKey());
            shape.put(
                    name.length() <= MAX_NAME_CHARS ? name : name.substring(0, MAX_NAME_CHARS) + "…",
                    value(member.getValue(), depth + 1));
        }
        return shape;
    }
}
