package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON that is known to be well-formed, to compare it by value: the order of keys, blanks, escapes and the spelling of numbers do
 * not matter, and everything else does. A codec would not do: what it makes of a large number is its own choice.
 */
final class Json {
    private static final Object NULL = new Object();

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Tells whether two encoded payloads mean the same. */
    static boolean same(Payload one, Payload other) {
        if (one instanceof Payload.Json json && other instanceof Payload.Json otherJson) {
            return parse(text(json)).equals(parse(text(otherJson)));
        }
        return one.equals(other);
    }

    /** The whole payload for a human being. */
    static String show(Payload payload) {
        if (payload instanceof Payload.Json json) {
            return text(json);
        }
        if (payload instanceof Payload.Binary binary) {
            int end = binary.offset() + binary.length();
            return "binary " + HexFormat.of().formatHex(binary.array(), binary.offset(), end);
        }
        return payload.toString();
    }

    /** The members of an object, each as it stands there. */
    static Map<String, String> members(String object) {
        Map<String, String> members = new LinkedHashMap<>();
        Json in = new Json(object);
        in.skip('{');
        while (!in.closes('}')) {
            String key = in.string();
            in.skip(':');
            in.peek();
            int from = in.at;
            in.value();
            members.put(key, in.text.substring(from, in.at));
        }
        return members;
    }

    static Object parse(String text) {
        return new Json(text).value();
    }

    static String text(Payload.Json json) {
        return new String(json.array(), json.offset(), json.length(), StandardCharsets.UTF_8);
    }

    private Object value() {
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        skip('{');
        while (!closes('}')) {
            String key = string();
            skip(':');
            object.put(key, value());
        }
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        skip('[');
        while (!closes(']')) {
            array.add(value());
        }
        return array;
    }

    /** Steps over a comma or the end of an object or array. */
    private boolean closes(char end) {
        char next = peek();
        if (next == ',' || next == end) {
            at++;
        }
        return next == end;
    }

    private String string() {
        skip('"');
        StringBuilder out = new StringBuilder();
        for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
            out.append(c == '\\' ? escape(text.charAt(at++)) : c);
        }
        return out.toString();
    }

    private char escape(char c) {
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) Integer.parseInt(text.substring(at, at += 4), 16);
            default -> c;
        };
    }

    private BigDecimal number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return new BigDecimal(text.substring(from, at)).stripTrailingZeros(); // so that 1.0 equals 1
    }

    private Object word(String word, Object value) {
        at += word.length();
        return value;
    }

    private char peek() {
        while (" \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return text.charAt(at);
    }

    private void skip(char expected) {
        if (peek() != expected) {
            throw new IllegalArgumentException("JSON: " + text + " (expected: " + expected + " at " + at + ")");
        }
        at++;
    }
}
