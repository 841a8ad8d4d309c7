package dev.simurgh.asyncapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Says in TypeScript what a schema says: such schemas as {@link Schemas} makes. */
final class TypeScriptTypes {
    private TypeScriptTypes() {}

    static String of(JsonNode schema, String indent) {
        if (schema.has("$ref")) {
            return References.name(schema);
        }
        if (schema.has("const")) {
            return schema.path("const").toString();
        }
        if (schema.has("enum")) {
            return union(schema.path("enum"), JsonNode::toString);
        }
        if (schema.has("anyOf")) {
            return union(schema.path("anyOf"), either -> of(either, indent));
        }
        JsonNode type = schema.path("type");
        return type.isArray()
                ? union(type, each -> ofType(each.asText(), schema, indent))
                : ofType(type.asText(), schema, indent);
    }

    private static String ofType(String type, JsonNode schema, String indent) {
        return switch (type) {
            case "string" -> "string";
            case "integer", "number" -> "number";
            case "boolean" -> "boolean";
            case "null" -> "null";
            case "array" -> array(of(schema.path("items"), indent));
            case "object" -> object(schema, indent);
            default -> "unknown";
        };
    }

    private static String array(String items) {
        return items.contains(" | ") ? "(" + items + ")[]" : items + "[]";
    }

    private static String object(JsonNode schema, String indent) {
        boolean hasMore = schema.has(Schemas.MORE);
        String more = "[key: string]: " + (hasMore ? of(schema.path(Schemas.MORE), indent) : "never");
        if (schema.path("properties").isEmpty()) {
            return "{ " + more + " }";
        }
        StringBuilder object = new StringBuilder("{\n");
        schema.path("properties").properties().forEach(property -> {
            String comment = comment(property.getValue());
            object.append(indent).append("  ");
            object.append(comment.isEmpty() ? "" : "/** " + comment + " */ ");
            object.append(property(property.getKey()));
            object.append(Required.has(schema, property.getKey()) ? ": " : "?: ");
            object.append(of(property.getValue(), indent + "  ")).append(";\n");
        });
        if (hasMore) {
            object.append(indent).append("  ").append(more).append(";\n");
        }
        return object.append(indent).append("}").toString();
    }

    /** What a type of TypeScript does not say. */
    private static String comment(JsonNode schema) {
        List<String> words = new ArrayList<>();
        if (schema.has("format")) {
            words.add(
                    schema.path("format").asText().equals("int64")
                            ? "64 bits: exact up to 2^53"
                            : schema.path("format").asText());
        }
        if (schema.has("contentEncoding")) {
            words.add(schema.path("contentEncoding").asText());
        }
        if (schema.path("readOnly").asBoolean()) {
            words.add("not for clients to send");
        }
        return String.join(", ", words);
    }

    private interface Said {
        String in(JsonNode schema);
    }

    private static String union(JsonNode schemas, Said said) {
        List<String> all = new ArrayList<>();
        schemas.forEach(schema -> all.add(said.in(schema)));
        if (all.contains("unknown")) {
            return "unknown";
        }
        return all.stream().distinct().collect(Collectors.joining(" | "));
    }

    /** A name as a key of an object. */
    static String property(String name) {
        return name.matches("[A-Za-z_$][A-Za-z0-9_$]*") ? name : quoted(name);
    }

    /** A text as a literal, which JSON's is, since ES2019 whatever is in it. */
    static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }
}
