package dev.simurgh.token;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a value as {@code :erlang.term_to_binary/1} of OTP 25 does, byte for byte: each integer in the shortest form,
 * lists of bytes as strings, map keys in {@link TermOrder}, atoms in Latin-1 where that can hold them.
 */
final class TermEncoder {
    /** The longest list of bytes that is written as a string. */
    private static final int MAX_STRING = 0xffff;

    private static final BigInteger BYTE_MASK = BigInteger.valueOf(0xff);

    private record Entry(
            @Nullable Object key,
            TermEncoder encodedKey,
            @Nullable Object value) {}

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private TermEncoder() {}

    /**
     * Encodes a term, version byte included.
     *
     * @throws IllegalArgumentException if it has no Erlang counterpart or is too large or too deep
     */
    static byte[] encode(@Nullable Object term) {
        TermEncoder encoder = new TermEncoder();
        encoder.u8(Etf.VERSION);
        encoder.write(term, 0);
        return encoder.out.toByteArray();
    }

    private void write(@Nullable Object term, int depth) {
        if (depth > Etf.MAX_DEPTH) {
            throw new IllegalArgumentException("value nested too deep (expected: at most 64 levels)");
        }
        if (term == null || term instanceof Boolean || term instanceof Atom) {
            atom(TermOrder.atomName(term));
        } else if (TermOrder.isInteger(term)) {
            integer(TermOrder.bigInteger((Number) term));
        } else if (term instanceof Double number) {
            floating(number);
        } else if (term instanceof String text) {
            binary(Utf8.encode("string", text));
        } else if (term instanceof byte[] bytes) {
            binary(bytes);
        } else if (term instanceof Tuple tuple) {
            tuple(tuple.elements(), depth);
        } else if (term instanceof List<?> list) {
            list(new ArrayList<>(list), depth);
        } else if (term instanceof Map<?, ?> map) {
            map(map, depth);
        } else {
            throw new IllegalArgumentException(
                    "value of type " + term.getClass().getName()
                            + " (expected: null, Boolean, Byte, Short, Integer, Long, BigInteger, Double, String,"
                            + " byte[], Atom, Tuple, List or Map)");
        }
    }

    private void atom(String name) {
        if (name.chars().allMatch(character -> character <= 0xff)) {
            u8(Etf.ATOM);
            u16(name.length());
            bytes(name.getBytes(StandardCharsets.ISO_8859_1));
            return;
        }
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length <= 0xff) {
            u8(Etf.SMALL_ATOM_UTF8);
            u8(utf8.length);
        } else {
            u8(Etf.ATOM_UTF8);
            u16(utf8.length);
        }
        bytes(utf8);
    }

    private void integer(BigInteger value) {
        if (isByte(value)) {
            u8(Etf.SMALL_INTEGER);
            u8(value.intValue());
        } else if (value.bitLength() < Integer.SIZE) {
            u8(Etf.INTEGER);
            u32(value.intValue());
        } else {
            big(value);
        }
    }

    private void big(BigInteger value) {
        int length = (value.abs().bitLength() + 7) / 8;
        if (length > Etf.MAX_INTEGER_BYTES) {
            throw new IllegalArgumentException(
                    "integer of " + length + " bytes (expected: at most " + Etf.MAX_INTEGER_BYTES + ")");
        }
        if (length <= 0xff) {
            u8(Etf.SMALL_BIG);
            u8(length);
        } else {
            u8(Etf.LARGE_BIG);
            u32(length);
        }
        u8(value.signum() < 0 ? 1 : 0);
        byte[] bigEndian = value.abs().toByteArray();
        for (int i = 1; i <= length; i++) {
            u8(bigEndian[bigEndian.length - i]);
        }
    }

    private void floating(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("number: " + value + " (expected: a finite one)");
        }
        u8(Etf.NEW_FLOAT);
        bytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
    }

    private void binary(byte[] bytes) {
        u8(Etf.BINARY);
        u32(bytes.length);
        bytes(bytes);
    }

    private void tuple(List<?> elements, int depth) {
        if (elements.size() <= 0xff) {
            u8(Etf.SMALL_TUPLE);
            u8(elements.size());
        } else {
            u8(Etf.LARGE_TUPLE);
            u32(elements.size());
        }
        for (Object element : elements) {
            write(element, depth + 1);
        }
    }

    private void list(List<?> elements, int depth) {
        if (elements.isEmpty()) {
            u8(Etf.NIL);
        } else if (elements.size() <= MAX_STRING && elements.stream().allMatch(TermEncoder::isByte)) {
            u8(Etf.STRING);
            u16(elements.size());
            for (Object element : elements) {
                u8(((Number) element).intValue());
            }
        } else {
            u8(Etf.LIST);
            u32(elements.size());
            for (Object element : elements) {
                write(element, depth + 1);
            }
            u8(Etf.NIL);
        }
    }

    private void map(Map<?, ?> map, int depth) {
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            // encoded before it is compared: that is what checks its types and its depth
            TermEncoder key = new TermEncoder();
            key.write(entry.getKey(), depth + 1);
            entries.add(new Entry(entry.getKey(), key, entry.getValue()));
        }
        entries.sort(Comparator.comparing(Entry::key, TermOrder.INSTANCE));
        u8(Etf.MAP);
        u32(entries.size());
        Entry last = null;
        for (Entry entry : entries) {
            if (last != null && TermOrder.INSTANCE.compare(last.key(), entry.key()) == 0) {
                throw new IllegalArgumentException(
                        "map with two keys that are one in Erlang, such as 1 and 1L, or 0.0 and -0.0 (expected: different keys)");
            }
            bytes(entry.encodedKey().out.toByteArray());
            write(entry.value(), depth + 1);
            last = entry;
        }
    }

    private static boolean isByte(@Nullable Object term) {
        return term instanceof Number number
                && TermOrder.isInteger(number)
                && TermOrder.bigInteger(number).andNot(BYTE_MASK).signum() == 0;
    }

    private void u8(int value) {
        room(1);
        out.write(value);
    }

    private void u16(int value) {
        u8(value >>> 8);
        u8(value);
    }

    private void u32(int value) {
        u16(value >>> 16);
        u16(value);
    }

    private void bytes(byte[] bytes) {
        room(bytes.length);
        out.writeBytes(bytes);
    }

    private void room(int bytes) {
        if (bytes > Etf.MAX_TERM_BYTES - out.size()) {
            throw new IllegalArgumentException(
                    "value too large (expected: at most " + Etf.MAX_TERM_BYTES + " bytes when encoded)");
        }
    }
}
