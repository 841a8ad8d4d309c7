package dev.simurgh.asyncapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** References from schemas to definitions: by type while schemas are made, by name in the end. */
final class References {
    private static final String REF = "$ref";

    private References() {}

    static void rename(JsonNode schema, Map<String, String> names, String prefix) {
        if (schema instanceof ObjectNode object && object.path(REF).isTextual()) {
            String type = object.path(REF).asText();
            String name = names.get(type);
            if (name != null) {
                object.put(REF, prefix + name);
            }
        }
        schema.forEach(inner -> rename(inner, names, prefix));
    }

    /** The name that a reference ends with. */
    static String name(JsonNode schema) {
        String ref = schema.path(REF).asText();
        return ref.substring(ref.lastIndexOf('/') + 1);
    }
}
