package dev.simurgh.asyncapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Which properties of an object must be there. */
final class Required {
    private static final String REQUIRED = "required";

    private Required() {}

    static void add(ObjectNode definition, String name) {
        definition.withArrayProperty(REQUIRED).add(name);
    }

    static void remove(ObjectNode definition, String name) {
        if (definition.get(REQUIRED) instanceof ArrayNode required) {
            for (int i = required.size() - 1; i >= 0; i--) {
                if (required.path(i).asText().equals(name)) {
                    required.remove(i);
                }
            }
            if (required.isEmpty()) {
                definition.remove(REQUIRED);
            }
        }
    }

    static boolean has(com.fasterxml.jackson.databind.JsonNode definition, String name) {
        for (var required : definition.path(REQUIRED)) {
            if (required.asText().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
