package dev.simurgh.token;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code :erlang.binary_to_term/1} reads, as far as it has a Java value, and trusts nothing in it: an
 * announced length is believed only if that many bytes are there, collections grow as their elements arrive, and size,
 * depth and integers are bounded by {@link Etf}. What follows the term is ignored, as in Erlang.
 */
final class TermDecoder {
    /** Nested lists may each announce as many elements as there are bytes left: none gets that much memory ahead. */
    private static final int INITIAL_CAPACITY = 8;

    private static final int FLOAT_TEXT_BYTES = 31;

    /** What C's {@code strtod} is given, in front of a NUL. The comma is Erlang's concession to locales. */
    private static final Pattern FLOAT_TEXT =
            Pattern.compile("([+-]?[0-9]+)[.,]([0-9]+(?:[eE][+-]?[0-9]+)?)\\x00.*", Pattern.DOTALL);

    private final ByteBuffer in;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    private TermDecoder(ByteBuffer in) {
        this.in = in;
    }

    /**
     * Decodes a term that starts with the version byte.
     *
     * @throws MalformedTermException if there is none, or it exceeds the bounds
     */
    static @Nullable Object decode(byte[] bytes) {
        if (bytes.length > Etf.MAX_TERM_BYTES) {
            throw new MalformedTermException("too large");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            if (u8(in) != Etf.VERSION) {
                throw new MalformedTermException("no version byte");
            }
            if (in.hasRemaining() && in.get(in.position()) == Etf.COMPRESSED) {
                in = inflate(in.position(in.position() + 1));
            }
            return new TermDecoder(in).read(0);
        } catch (BufferUnderflowException e) {
            throw new MalformedTermException("cut short");
        }
    }

    private static ByteBuffer inflate(ByteBuffer in) {
        int size = in.getInt();
        if (size < 0 || size > Etf.MAX_TERM_BYTES) {
            throw new MalformedTermException("too large when inflated");
        }
        byte[] term = new byte[size];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(in);
            int length = 0;
            int inflated;
            while ((inflated = inflater.inflate(term, length, size - length)) > 0) {
                length += inflated;
            }
            // with the output full, one more call is needed to see the end of the stream
            boolean whole = length == size && inflater.inflate(new byte[1]) == 0 && inflater.finished();
            if (!whole) {
                throw new MalformedTermException("inflates to another size than announced");
            }
        } catch (DataFormatException e) {
            throw new MalformedTermException("not deflated");
        } finally {
            inflater.end();
        }
        return ByteBuffer.wrap(term);
    }

    private @Nullable Object read(int depth) {
        if (depth > Etf.MAX_DEPTH) {
            throw new MalformedTermException("too deep");
        }
        int tag = u8(in);
        return switch (tag) {
            case Etf.SMALL_INTEGER -> (long) u8(in);
            case Etf.INTEGER -> (long) in.getInt();
            case Etf.SMALL_BIG -> big(u8(in));
            case Etf.LARGE_BIG -> big(in.getInt());
            case Etf.NEW_FLOAT -> floating(in.getDouble());
            case Etf.FLOAT -> floatingText(bytes(FLOAT_TEXT_BYTES));
            case Etf.ATOM -> latin1Atom(u16());
            case Etf.SMALL_ATOM -> latin1Atom(u8(in));
            case Etf.ATOM_UTF8 -> utf8Atom(u16());
            case Etf.SMALL_ATOM_UTF8 -> utf8Atom(u8(in));
            case Etf.BINARY -> binary(bytes(in.getInt()));
            case Etf.BIT_BINARY -> wholeBytes(in.getInt());
            case Etf.STRING -> string(bytes(u16()));
            case Etf.NIL -> List.of();
            case Etf.LIST -> list(count(1), depth);
            case Etf.SMALL_TUPLE -> new Tuple(elements(u8(in), depth));
            case Etf.LARGE_TUPLE -> new Tuple(elements(count(1), depth));
            case Etf.MAP -> map(count(2), depth);
            default -> throw new MalformedTermException("tag " + tag);
        };
    }

    private Object big(int length) {
        int sign = u8(in);
        if (length < 0 || length > Etf.MAX_INTEGER_BYTES) {
            throw new MalformedTermException("integer too large");
        }
        byte[] bytes = bytes(length);
        for (int i = 0, j = length - 1; i < j; i++, j--) {
            byte swapped = bytes[i];
            bytes[i] = bytes[j];
            bytes[j] = swapped;
        }
        BigInteger value = new BigInteger(sign == 0 ? 1 : -1, bytes);
        if (value.bitLength() < Long.SIZE) {
            return value.longValue();
        }
        return value;
    }

    private static double floating(double value) {
        if (!Double.isFinite(value)) {
            throw new MalformedTermException("not a finite number");
        }
        return value;
    }

    private static double floatingText(byte[] bytes) {
        Matcher text = FLOAT_TEXT.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        if (!text.matches()) {
            throw new MalformedTermException("not the text of a number");
        }
        return floating(Double.parseDouble(text.group(1) + "." + text.group(2)));
    }

    private @Nullable Object latin1Atom(int length) {
        return atom(new String(bytes(length), StandardCharsets.ISO_8859_1));
    }

    private @Nullable Object utf8Atom(int length) {
        if (binary(bytes(length)) instanceof String name) {
            return atom(name);
        }
        throw new MalformedTermException("atom is not UTF-8");
    }

    private static @Nullable Object atom(String name) {
        return switch (name) {
            case "nil" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> {
                if (name.codePointCount(0, name.length()) > Atom.MAX_CHARACTERS) {
                    throw new MalformedTermException("atom too long");
                }
                yield new Atom(name);
            }
        };
    }

    /** Returns a String, or the bytes themselves where they are not UTF-8. */
    private Object binary(byte[] bytes) {
        CharBuffer text = CharBuffer.allocate(bytes.length);
        // not decode(ByteBuffer): it throws, and a term may hold very many binaries that are not text
        boolean valid = !utf8.reset().decode(ByteBuffer.wrap(bytes), text, true).isError();
        return valid ? text.flip().toString() : bytes;
    }

    /** Reads a bit string of which all bits are used, which is a binary; any other has no Java value. */
    private Object wholeBytes(int length) {
        int bitsOfLast = u8(in);
        if (bitsOfLast != (length == 0 ? 0 : Byte.SIZE)) {
            throw new MalformedTermException("bit string");
        }
        return binary(bytes(length));
    }

    private static List<@Nullable Object> string(byte[] bytes) {
        List<@Nullable Object> list = new ArrayList<>(bytes.length);
        for (byte b : bytes) {
            list.add((long) Byte.toUnsignedInt(b));
        }
        return Collections.unmodifiableList(list);
    }

    /** Reads elements and what stands behind them: nothing as a rule, but it may be a list, and no elements before it. */
    private @Nullable Object list(int count, int depth) {
        List<@Nullable Object> list = elements(count, depth);
        Object tail = read(depth + 1);
        if (count == 0) {
            return tail;
        }
        if (!(tail instanceof List<?> rest)) {
            throw new MalformedTermException("improper list");
        }
        list.addAll(rest);
        return Collections.unmodifiableList(list);
    }

    private List<@Nullable Object> elements(int count, int depth) {
        List<@Nullable Object> elements = new ArrayList<>(Math.min(count, INITIAL_CAPACITY));
        for (int i = 0; i < count; i++) {
            elements.add(read(depth + 1));
        }
        return elements;
    }

    private SortedMap<@Nullable Object, @Nullable Object> map(int count, int depth) {
        SortedMap<@Nullable Object, @Nullable Object> map = new TreeMap<>(TermOrder.INSTANCE);
        for (int i = 0; i < count; i++) {
            Object key = read(depth + 1);
            map.put(key, read(depth + 1));
        }
        if (map.size() != count) {
            throw new MalformedTermException("map with the same key twice");
        }
        return Collections.unmodifiableSortedMap(map);
    }

    private int count(int bytesEach) {
        int count = in.getInt();
        if (count < 0 || (long) count * bytesEach > in.remaining()) {
            throw new MalformedTermException("cut short");
        }
        return count;
    }

    private byte[] bytes(int length) {
        if (length < 0 || length > in.remaining()) {
            throw new MalformedTermException("cut short");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private int u16() {
        return Short.toUnsignedInt(in.getShort());
    }

    private static int u8(ByteBuffer in) {
        return Byte.toUnsignedInt(in.get());
    }
}
