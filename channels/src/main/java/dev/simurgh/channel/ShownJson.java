package dev.simurgh.channel;

import dev.simurgh.protocol.Payload;
import java.nio.charset.StandardCharsets;

/**
 * Turns JSON to the text of a log line, in one walk over its bytes that ends when the line is full. Decoding it to objects first would
 * cost 150 ms and 15 MB for a payload of 1 MiB that is made of many small values.
 *
 * <p>The JSON was found well-formed when it came in. Where it is not after all, there is some text, and no exception. The depth of the
 * recursion is bounded by the length of the line, to which each level adds at least a character.
 */
final class ShownJson {
    private final ParameterFilter filter;
    private final byte[] json;
    private final int end;
    private final StringBuilder text = new StringBuilder(128);
    private int at;

    ShownJson(ParameterFilter filter, Payload.Json payload) {
        this.filter = filter;
        this.json = payload.array();
        this.at = payload.offset();
        this.end = payload.offset() + payload.length();
    }

    /** The text, perhaps some characters longer than a line may be. */
    String text() {
        value();
        return text.toString();
    }

    private boolean isFull() {
        return text.length() > ParameterFilter.LONGEST || at >= end;
    }

    private int next() {
        while (at < end && (json[at] == ' ' || json[at] == '\t' || json[at] == '\n' || json[at] == '\r')) {
            at++;
        }
        return at < end ? json[at] : -1;
    }

    private void value() {
        switch (next()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string(text);
            default -> literal();
        }
    }

    private void members() {
        text.append('{');
        at++;
        while (next() == '"' && !isFull()) {
            StringBuilder name = new StringBuilder();
            boolean whole = string(name);
            text.append(name).append('=');
            next();
            at++; // the colon
            if (!whole || filter.isSecret(name.toString())) {
                text.append(ParameterFilter.FILTERED);
                skipValue();
            } else {
                value();
            }
            comma();
        }
        text.append('}');
        at++;
    }

    private void elements() {
        text.append('[');
        at++;
        while (next() != ']' && !isFull()) {
            value();
            comma();
        }
        text.append(']');
        at++;
    }

    private void comma() {
        if (next() == ',') {
            text.append(", ");
            at++;
        }
    }

    /** A number, true, false or null; at least one byte of what is none of them. */
    private void literal() {
        do {
            if (at < end) {
                text.append((char) (json[at++] & 0xff));
            }
        } while (!isFull() && " \t\r\n,]}:\"{[".indexOf(json[at]) < 0);
    }

    /**
     * Appends a string, without its quotes, as far as there is room for one in an empty line.
     *
     * @return whether it was all of it
     */
    private boolean string(StringBuilder to) {
        int most = to.length() + ParameterFilter.LONGEST + 1;
        at++;
        while (at < end && json[at] != '"') {
            if (to.length() >= most) {
                skipRest();
                return false;
            }
            if (json[at] == '\\') {
                escape(to);
            } else {
                plain(to, most);
            }
        }
        at++;
        return true;
    }

    private void plain(StringBuilder to, int most) {
        int start = at;
        int longest = Math.min(end, start + 4 * (most - to.length())); // no character has more bytes
        while (at < longest && json[at] != '"' && json[at] != '\\') {
            at++;
        }
        to.append(new String(json, start, at - start, StandardCharsets.UTF_8));
    }

    private void escape(StringBuilder to) {
        int escaped = at + 1 < end ? json[at + 1] : -1;
        at += 2;
        switch (escaped) {
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4 && at < end; i++) {
                    code = 16 * code + Math.max(0, Character.digit(json[at++], 16));
                }
                to.append((char) code);
            }
            case 'n' -> to.append('\n');
            case 't' -> to.append('\t');
            case 'r' -> to.append('\r');
            case 'b' -> to.append('\b');
            case 'f' -> to.append('\f');
            default -> to.append((char) escaped);
        }
    }

    private void skipRest() {
        while (at < end && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        at++;
    }

    private void skipValue() {
        int depth = 0;
        do {
            int first = next();
            if (first == '"') {
                at++;
                skipRest();
            } else {
                depth += first == '{' || first == '[' ? 1 : first == '}' || first == ']' ? -1 : 0;
                at++;
            }
        } while (at < end && (depth > 0 || (next() != ',' && next() != '}' && next() != ']')));
    }
}
