package dev.simurgh.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Seeded random JSON, and random damage to it. What no reader should take, as half a surrogate pair, is in it only if asked for. */
final class RandomJson {
    private static final String[] SCALARS = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-0.0",
        "1",
        "-17",
        "1e3",
        "1.5E-10",
        "0.1",
        "123456789012345678901234567890",
        "2E+2",
        "1e308",
        "1e-400",
        "1e309",
    };
    private static final String[] PIECES = {
        "a",
        "room:lobby",
        "0123456789abcdef",
        " ",
        "é",
        "雪",
        "😀",
        "\u007f",
        "\u2028",
        "\\\"",
        "\\\\",
        "\\/",
        "\\b",
        "\\f",
        "\\n",
        "\\r",
        "\\t",
        "\\u00e9",
        "\\u0000",
        "\\u001F",
        "\\ud83d\\ude00",
        "/",
        "'",
        "[",
        "}",
        ",",
        ":",
        "\\uD800",
        "\\udc00x"
    };
    private static final String[] BLANKS = {"", "", "", "", "", " ", "\n", "\t", "\r\n", "  "};
    private static final String[] KEYS = {
        "topic", "event", "payload", "ref", "join_ref", "t\\u006fpic", "\\u0072ef", "other", "", "Topic"
    };
    private static final String STRUCTURE = "[]{}\",:\\/-+.eE0123456789truefalsn \t\n\r\0\b\u001f";

    private static final int UNSOUND_SCALARS = 1;
    private static final int UNSOUND_PIECES = 2;

    private final Random random;
    private final int scalars;
    private final int pieces;

    RandomJson(long seed) {
        this(seed, 0, 0);
    }

    private RandomJson(long seed, int unsoundScalars, int unsoundPieces) {
        random = new Random(seed);
        scalars = SCALARS.length - unsoundScalars;
        pieces = PIECES.length - unsoundPieces;
    }

    static RandomJson sound(long seed) {
        return new RandomJson(seed, UNSOUND_SCALARS, UNSOUND_PIECES);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Returns a message of vsn 2, now and then with an element more or less. */
    String array() {
        int elements = random.nextInt(5) > 0 ? 5 : random.nextInt(9);
        StringBuilder out = new StringBuilder(blank()).append('[');
        for (int i = 0; i < elements; i++) {
            out.append(i == 0 ? "" : ",").append(blank());
            out.append(i == 2 || i == 3 ? mostlyString() : value(2)).append(blank());
        }
        return out.append(blank()).append(']').append(blank()).toString();
    }

    /** Returns a message of vsn 1, with its members in any order, some twice, now and then one missing. */
    String object() {
        StringBuilder out = new StringBuilder(blank()).append('{').append(blank());
        int members = random.nextInt(12);
        int skipped = random.nextInt(12);
        String separator = "";
        for (int i = 0; i < 4; i++) {
            if (i != skipped) {
                out.append(separator).append(member(KEYS[i]));
                separator = ",";
            }
        }
        for (int i = 4; i < members; i++) {
            out.append(separator).append(member(KEYS[random.nextInt(KEYS.length)]));
            separator = ",";
        }
        return out.append('}').append(blank()).toString();
    }

    private String member(String key) {
        String value = key.endsWith("opic") || key.equals("event") ? mostlyString() : value(2);
        return blank() + '"' + key + '"' + blank() + ":" + blank() + value + blank();
    }

    private String mostlyString() {
        return random.nextInt(8) > 0 ? string() : value(1);
    }

    /** Returns any JSON value, nested up to the given number of levels. */
    String value(int levels) {
        int kind = random.nextInt(levels > 0 ? 6 : 4);
        if (kind < 2) {
            return string();
        }
        if (kind < 4) {
            return SCALARS[random.nextInt(scalars)];
        }
        StringBuilder out = new StringBuilder(kind == 4 ? "[" : "{").append(blank());
        int members = random.nextInt(4);
        for (int i = 0; i < members; i++) {
            out.append(i == 0 ? "" : ",").append(blank());
            if (kind == 5) {
                out.append(string()).append(blank()).append(':').append(blank());
            }
            out.append(value(levels - 1)).append(blank());
        }
        return out.append(kind == 4 ? ']' : '}').toString();
    }

    private String string() {
        StringBuilder out = new StringBuilder("\"");
        for (int i = random.nextInt(6); i > 0; i--) {
            out.append(PIECES[random.nextInt(random.nextBoolean() ? 3 : pieces)]);
        }
        return out.append('"').toString();
    }

    private String blank() {
        return BLANKS[random.nextInt(BLANKS.length)];
    }

    /** Returns containers of random kinds inside one another, as many as given. */
    String nested(int levels) {
        StringBuilder open = new StringBuilder();
        StringBuilder close = new StringBuilder();
        for (int i = 0; i < levels; i++) {
            boolean object = random.nextBoolean();
            open.append(object ? "{\"a\":" : random.nextBoolean() ? "[" : "[1,");
            close.append(object ? '}' : ']');
        }
        return open.append('1').append(close.reverse()).toString();
    }

    /** Returns the bytes with one to three places damaged. */
    byte[] damaged(byte[] bytes) {
        byte[] out = bytes;
        for (int i = random.nextInt(3); i >= 0; i--) {
            out = damagedOnce(out);
        }
        return out;
    }

    private byte[] damagedOnce(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {any()};
        }
        int at = random.nextInt(bytes.length);
        byte[] changed = bytes.clone();
        return switch (random.nextInt(6)) {
            case 0 -> {
                changed[at] = any();
                yield changed;
            }
            case 1 -> {
                changed[at] ^= (byte) (1 << random.nextInt(8));
                yield changed;
            }
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 -> spliced(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(3)), new byte[0]);
            case 4 -> spliced(bytes, at, at, new byte[] {any()});
            default -> {
                byte[] repeated = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + random.nextInt(20)));
                yield spliced(bytes, at, at, repeated);
            }
        };
    }

    private byte any() {
        return (byte)
                (random.nextInt(3) > 0 ? STRUCTURE.charAt(random.nextInt(STRUCTURE.length())) : random.nextInt(256));
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(middle);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
