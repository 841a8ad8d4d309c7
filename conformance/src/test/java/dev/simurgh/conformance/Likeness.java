package dev.simurgh.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Iterator;
import java.util.Optional;
import java.util.TreeSet;

/** Compares texts as a client would take them: JSON by value, numbers as numbers, and tokens by their shape. */
final class Likeness {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final StandIns standIns;

    Likeness(StandIns standIns) {
        this.standIns = standIns;
    }

    /** Where the texts differ; empty if they are alike. */
    Optional<String> difference(String expected, String actual) {
        return difference(expected, actual, "$");
    }

    private Optional<String> difference(String expected, String actual, String path) {
        Optional<JsonNode> expectedJson = container(expected);
        Optional<JsonNode> actualJson = container(actual);
        if (expectedJson.isPresent() && actualJson.isPresent()) {
            return difference(expectedJson.get(), actualJson.get(), path);
        }
        if (standIns.alike(expected, actual)) {
            return Optional.empty();
        }
        return Abbreviation.difference(expected, actual).map(what -> "at " + path + ": " + what);
    }

    private Optional<String> difference(JsonNode expected, JsonNode actual, String path) {
        if (expected.isObject() && actual.isObject()) {
            return objects(expected, actual, path);
        }
        if (expected.isArray() && actual.isArray()) {
            return arrays(expected, actual, path);
        }
        if (expected.isTextual() && actual.isTextual()) {
            return difference(expected.textValue(), actual.textValue(), path);
        }
        return same(expected, actual) ? Optional.empty() : Optional.of("at " + path + ": " + expected + " expected");
    }

    private static boolean same(JsonNode expected, JsonNode actual) {
        boolean numbers = expected.isNumber() && actual.isNumber();
        return numbers ? expected.decimalValue().compareTo(actual.decimalValue()) == 0 : expected.equals(actual);
    }

    private Optional<String> objects(JsonNode expected, JsonNode actual, String path) {
        TreeSet<String> names = new TreeSet<>();
        expected.fieldNames().forEachRemaining(names::add);
        actual.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            Optional<String> difference = expected.has(name) && actual.has(name)
                    ? field(name, expected.path(name), actual.path(name), path + "." + name)
                    : Optional.of(
                            "at " + path + ": key " + name + (expected.has(name) ? " is missing" : " is not expected"));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private Optional<String> field(String name, JsonNode expected, JsonNode actual, String path) {
        boolean phxRef = name.equals("phx_ref") || name.equals("phx_ref_prev");
        return phxRef && expected.isTextual() && actual.isTextual()
                ? standIns.phxRef(expected.textValue(), actual.textValue())
                        .map(ref -> "at " + path + ": \"" + ref + "\" expected, as before")
                : difference(expected, actual, path);
    }

    private Optional<String> arrays(JsonNode expected, JsonNode actual, String path) {
        if (expected.size() != actual.size()) {
            return Optional.of("at " + path + ": " + expected.size() + " elements expected, not " + actual.size());
        }
        Iterator<JsonNode> others = actual.elements();
        int index = 0;
        for (JsonNode element : expected) {
            Optional<String> difference = difference(element, others.next(), path + "[" + index++ + "]");
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    /** The JSON array or object that a text is: a frame, a body, or a message inside the body of a poll. */
    private static Optional<JsonNode> container(String text) {
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return Optional.empty();
        }
        try {
            return Optional.of(MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
