package dev.simurgh.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks JSON and finds the parts of an envelope in one pass over the bytes.
 *
 * <p>A server that passes messages on needs to know where the payload begins and ends, and that it is JSON; it rarely needs the payload's
 * content. So nothing is built here but refs, topic and event, and a payload is a slice of the bytes it came in. Checked is all that RFC
 * 8259 asks for: one value, its grammar, UTF-8 throughout and no byte order mark before it. Checked is also what it leaves open and readers
 * do not agree on, since what passes here goes out to others unread: an escaped surrogate without its other half (section 8.2), and a
 * number that no double can hold (section 6). Phoenix takes neither. And there is our own limit on depth, without which the JSON library of
 * a handler could be made to overflow its stack.
 *
 * <p>There is no recursion. Of the containers that are open only the kind matters, object or array, which is one bit each. The innermost
 * 64 are the bits of a {@code long}, the latest lowest; deeper documents, which hardly occur, spill into an array, 64 at a time.
 *
 * <p>What the tokens look like is the matter of {@link JsonTokens}. That a topic or event is plain ASCII, as nearly all are, costs a few
 * instructions to see and makes its {@code String} a mere copy.
 */
final class JsonScanner {
    private static final int END = 0x100; // no byte
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final int maxDepth;
    private int pos;

    private int depth;
    private long objects;
    private long @Nullable [] outerObjects;

    private boolean text;

    JsonScanner(byte[] bytes, int offset, int length, int maxDepth) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.bytes = bytes;
        this.start = offset;
        this.pos = offset;
        this.end = offset + length;
        this.maxDepth = maxDepth;
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /** Reads the value that is next as a ref. */
    Ref ref() {
        int from = skipValue();
        return switch (bytes[from]) {
            case 'n' -> Ref.NONE;
            case '"' ->
                isPlain(from)
                        ? Ref.trusted(Arrays.copyOfRange(bytes, from, pos))
                        : Ref.of(JsonText.content(bytes, from + 1, pos - 1));
            default -> Ref.trusted(Arrays.copyOfRange(bytes, from, pos));
        };
    }

    /** Reads the string that is next, or the JSON text of another value; {@link #wasText} tells which it was. */
    String text() {
        int from = skipValue();
        text = bytes[from] == '"';
        if (!text) {
            return new String(bytes, from, pos - from, StandardCharsets.UTF_8);
        }
        return isPlain(from)
                ? new String(bytes, from + 1, pos - from - 2, StandardCharsets.ISO_8859_1)
                : JsonText.content(bytes, from + 1, pos - 1);
    }

    /** Tells whether the string that has just been passed is ASCII without escapes. */
    private boolean isPlain(int from) {
        return JsonTokens.endOfPlain(bytes, from + 1, pos) == pos - 1;
    }

    /** Tells whether the last {@link #text} was a string. */
    boolean wasText() {
        return text;
    }

    /** Reads the value that is next as a payload: a slice of the array. */
    Payload payload() {
        int from = skipValue();
        return Payload.json(bytes, from, pos - from);
    }

    /** Reads the key that is next in an object, and passes its colon. */
    String key() {
        if (peek() != '"') {
            throw unexpected("a key");
        }
        String key = text();
        skipColon();
        return key;
    }

    /** Enters the array or object that is next. */
    void open(char bracket) {
        if (peek() != bracket) {
            throw unexpected(bracket == '[' ? "an array" : "an object");
        }
        push(bracket == '{');
    }

    /** Passes the end of an object that is empty; returns whether it is. */
    boolean isEmpty() {
        if (peek() != '}') {
            return false;
        }
        pop();
        return true;
    }

    /** Passes the comma before another element or member, or the closing bracket; returns whether there is another. */
    boolean another() {
        int b = peek();
        if (b == ',') {
            pos++;
            return true;
        }
        boolean object = isInObject();
        if (b != (object ? '}' : ']')) {
            throw unexpected(object ? "',' or '}'" : "',' or ']'");
        }
        pop();
        return false;
    }

    /** Checks that nothing but blanks is left. */
    void end() {
        if (peek() != END) {
            throw unexpected("the end");
        }
    }

    /** Passes the value that is next, of any kind, and returns where it began. */
    int skipValue() {
        int floor = depth;
        int b = peek();
        int from = pos;
        while (true) {
            if (b == '"') {
                skipString();
            } else if (b == '{') {
                push(true);
                b = peek();
                if (b != '}') {
                    skipKey();
                    b = peek();
                    continue;
                }
            } else if (b == '[') {
                push(false);
                b = peek();
                if (b != ']') {
                    continue;
                }
            } else {
                skipScalar(b);
            }
            if (!anotherAbove(floor)) {
                return from;
            }
            b = peek();
        }
    }

    /** Closes all containers that end here, down to the given depth; otherwise goes on to the next value and returns true. */
    private boolean anotherAbove(int floor) {
        while (depth > floor) {
            if (another()) {
                if (isInObject()) {
                    skipKey();
                }
                return true;
            }
        }
        return false;
    }

    /** Skips blanks and returns the byte after them, or {@link #END}. */
    private int peek() {
        while (pos < end) {
            byte b = bytes[pos];
            if (!isBlank(b)) {
                return b;
            }
            pos++;
        }
        return END;
    }

    private void push(boolean object) {
        if (depth >= maxDepth) {
            throw MalformedMessageException.tooDeep(maxDepth);
        }
        if (depth > 0 && depth % Long.SIZE == 0) {
            if (outerObjects == null) {
                outerObjects = new long[(maxDepth - 1) / Long.SIZE + 1];
            }
            outerObjects[depth / Long.SIZE] = objects;
        }
        objects = objects << 1 | (object ? 1 : 0);
        depth++;
        pos++;
    }

    private void pop() {
        depth--;
        pos++;
        if (outerObjects != null && depth > 0 && depth % Long.SIZE == 0) {
            objects = outerObjects[depth / Long.SIZE];
        } else {
            objects >>>= 1;
        }
    }

    private boolean isInObject() {
        return (objects & 1) != 0;
    }

    private void skipKey() {
        if (peek() != '"') {
            throw unexpected("a key");
        }
        skipString();
        skipColon();
    }

    private void skipColon() {
        if (peek() != ':') {
            throw unexpected("':'");
        }
        pos++;
    }

    private void skipString() {
        pass(JsonTokens.endOfString(bytes, pos, end), "a string, well-formed, closed, in UTF-8");
    }

    private void skipScalar(int b) {
        switch (b) {
            case 't' -> pass(JsonTokens.endOfLiteral(bytes, pos, end, TRUE), "true");
            case 'f' -> pass(JsonTokens.endOfLiteral(bytes, pos, end, FALSE), "false");
            case 'n' -> pass(JsonTokens.endOfLiteral(bytes, pos, end, NULL), "null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> skipNumber();
            default -> throw unexpected("a value");
        }
    }

    private void skipNumber() {
        int to = JsonTokens.endOfNumber(bytes, pos, end);
        pass(to, to == ~pos ? "a number that a double can hold" : "a digit");
    }

    private void pass(int to, String expected) {
        if (to < 0) {
            throw unexpected(~to, expected);
        }
        pos = to;
    }

    private MalformedMessageException unexpected(String expected) {
        return unexpected(pos, expected);
    }

    private MalformedMessageException unexpected(int at, String expected) {
        String found = at < end ? "byte 0x" + HexFormat.of().toHexDigits(bytes[at]) : "end";
        return new MalformedMessageException(found + " at " + (at - start) + " (expected: " + expected + ")");
    }
}
