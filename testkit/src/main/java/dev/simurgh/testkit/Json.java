package dev.simurgh.testkit;

import dev.simurgh.protocol.Payload;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads JSON that is known to be well-formed, to compare it by value: the order of keys, blanks, escapes and the spelling of numbers do
 * not matter, and everything else does. A codec would not do: what it makes of a large number, or of a key that is there twice, is its
 * own choice.
 */
final class Json {
    private static final Object NULL = new Object();

    /** A number of any size: its digits without zeros at the ends, and the power of ten that they are multiplied with. */
    private record Num(boolean negative, String digits, BigInteger exponent) {
        private static final Num ZERO = new Num(false, "", BigInteger.ZERO);
    }

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

    /** As {@link #same}, but the order within arrays does not matter. */
    static boolean sameInAnyOrder(Payload one, Payload other) {
        if (one instanceof Payload.Json json && other instanceof Payload.Json otherJson) {
            return unordered(parse(text(json))).equals(unordered(parse(text(otherJson))));
        }
        return one.equals(other);
    }

    private static Object unordered(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().collect(Collectors.groupingBy(Json::unordered, Collectors.counting()));
        }
        if (value instanceof Members members) {
            Map<String, List<Object>> unordered = new HashMap<>();
            members.values.forEach((key, values) ->
                    unordered.put(key, values.stream().map(Json::unordered).toList()));
            return new Members(unordered);
        }
        return value;
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

    /** The object without some of its members. */
    static Payload without(Payload.Json object, Set<String> names) {
        Payload.Json rest = (Payload.Json) Payload.EMPTY;
        for (Map.Entry<String, String> member : members(text(object)).entrySet()) {
            if (!names.contains(member.getKey())) {
                rest = rest.with(member.getKey(), (Payload.Json) Payload.json(member.getValue()));
            }
        }
        return rest;
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

    /** The elements of an array, each as it stands there. */
    static List<String> elements(String array) {
        List<String> elements = new ArrayList<>();
        Json in = new Json(array);
        in.skip('[');
        while (!in.closes(']')) {
            in.peek();
            int from = in.at;
            in.value();
            elements.add(in.text.substring(from, in.at));
        }
        return elements;
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

    /** An object with its values by key: more than one where a key is there more often, since readers differ in which they take. */
    private record Members(Map<String, List<Object>> values) {}

    private Members object() {
        Map<String, List<Object>> values = new HashMap<>();
        skip('{');
        while (!closes('}')) {
            String key = string();
            skip(':');
            values.computeIfAbsent(key, k -> new ArrayList<>(1)).add(value());
        }
        return new Members(values);
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

    private Num number() {
        boolean negative = text.charAt(at) == '-';
        if (negative) {
            at++;
        }
        String whole = digits();
        String fraction = "";
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            fraction = digits();
        }
        BigInteger exponent = exponent().subtract(BigInteger.valueOf(fraction.length()));
        String all = whole + fraction;
        int from = 0;
        while (from < all.length() && all.charAt(from) == '0') {
            from++;
        }
        int to = all.length();
        while (to > from && all.charAt(to - 1) == '0') {
            to--;
        }
        return from == to
                ? Num.ZERO
                : new Num(negative, all.substring(from, to), exponent.add(BigInteger.valueOf(all.length() - to)));
    }

    private BigInteger exponent() {
        if (at == text.length() || "eE".indexOf(text.charAt(at)) < 0) {
            return BigInteger.ZERO;
        }
        at++;
        boolean negative = text.charAt(at) == '-';
        if (negative || text.charAt(at) == '+') {
            at++;
        }
        BigInteger exponent = new BigInteger(digits());
        return negative ? exponent.negate() : exponent;
    }

    private String digits() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return text.substring(from, at);
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
