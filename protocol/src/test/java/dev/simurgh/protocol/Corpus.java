package dev.simurgh.protocol;

import static dev.simurgh.protocol.RandomJson.utf8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Texts made by hand: the recorded malformed frames, and the corners of RFC 8259. */
final class Corpus {
    private static final String[] TEXTS = {
        "",
        " ",
        " \t\r\n",
        "null",
        "42",
        "\"text\"",
        "[]",
        "{}",
        "{nope",
        "nope",
        "\uFEFF[]",
        "[null,\"1\",\"phoenix\",\"heartbeat\",{}]",
        "[\"1\",\"2\",\"room:a\",\"reply_ok\"]",
        "[\"1\",\"2\",\"room:a\",\"reply_ok\",{},\"extra\",7]",
        "[\"1\",\"2\",\"room:a\",\"reply_ok\",{},]",
        "\uFEFF[\"1\",\"2\",\"room:a\",\"reply_ok\",{}]",
        "[\"1\",\"2\",null,\"reply_ok\",{}]",
        "[\"1\",\"2\",5,7,\"str\"]",
        " \n[\"1\",\"2\",\"room:a\",\"reply_ok\",{}]\n ",
        "[\"1\",\"2\",\"room:a\",\"reply_ok\",{}] x",
        "[\"1\",\"2\",\"room:a\",\"reply_ok\",{}][]",
        "[\"1\",\"2\",\"room:a\",\"reply_ok\",{}],",
        "[1,{\"a\":1},\"room:a\",\"reply_ok\",{}]",
        "[1,[1],\"room:a\",\"reply_ok\",{}]",
        "[1,5.5,\"room:a\",\"phx_leave\",{}]",
        "{\"topic\":\"room:a\",\"event\":\"reply_ok\",\"payload\":{},\"ref\":\"2\"}",
        "{\"topic\":\"room:a\",\"event\":\"reply_ok\",\"payload\":{},\"ref\":\"2\"} x",
        "{\"topic\":\"room:a\",\"event\":\"reply_ok\",\"ref\":\"2\"}",
        "{\"topic\":5,\"event\":7,\"payload\":null,\"ref\":null}",
        "{\"topic\":\"a\",\"topic\":\"b\",\"event\":\"e\",\"payload\":1,\"payload\":2,\"ref\":null,\"ref\":\"1\",\"join_ref\":1}",
        "{\"t\\u006fpic\":\"a\",\"event\":\"e\",\"payload\":{},\"ref\":\"1\"}",
        "{\"topic\":\"a\",\"event\":\"e\",\"payload\":{},\"ref\":\"1\",}",
        "{,\"topic\":\"a\"}",
        "{topic:1}",
        "{1:1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1]",
        "[1}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[",
        "{",
        "]",
        "}",
        "[[",
        "{\"a\":[",
        "tru",
        "true ",
        "truex",
        "nul",
        "nulll",
        "fals",
        "falsey",
        "True",
        "NULL",
        "NaN",
        "Infinity",
        "-Infinity",
        "undefined",
        "0",
        "-0",
        "00",
        "01",
        "-",
        "--1",
        "+1",
        "1.",
        ".5",
        "-.5",
        "1.e1",
        "1e",
        "1e+",
        "1E-",
        "1e5",
        "1E+05",
        "1e5.5",
        "0x10",
        "1_0",
        "0.0",
        "-1.5e-300",
        "1e400",
        "-1e309",
        "1e308",
        "1.7976931348623157E308",
        "1.7976931348623159e+308",
        "0.1e310",
        "0e999",
        "1e-999",
        "9007199254740993",
        "1 1",
        "1,",
        "0e0",
        "-01",
        "\"",
        "\"a",
        "\"\\",
        "\"\\\"",
        "\"\\u",
        "\"\\u12",
        "\"\\u12G4\"",
        "\"\\uD83D\"",
        "\"\\uDE00\"",
        "\"\\uD83D\\uDE00\"",
        "\"\\uD83D\\uD83D\\uDE00\"",
        "\"\\uD83D\\uDE0\"",
        "\"\\uD83Dx\\uDE00\"",
        "\"\\uDBFF\\uDFFF\"",
        "{\"\\uD83D\":1}",
        "\"\\x\"",
        "\"\\'\"",
        "\"\\u-123\"",
        "\"\\u+123\"",
        "\"\\u 123\"",
        "\"\\U0041\"",
        "\"\t\"",
        "\"\n\"",
        "\"\0\"",
        "\"\u001f\"",
        "\"\u007f\"",
        "\"\\u0000\"",
        "\"\\/\\b\\f\\n\\r\\t\\\\\\\"\"",
        "'a'",
        "\"a\" \"b\"",
        "\u00a0[]",
        "\u2028[]",
        "\u000b[]",
        "\f[]",
        "[]\u0085",
        "/* c */ []",
        "// c\n[]",
        "[] # c",
        "\"1234567\"",
        "\"12345678\"",
        "\"123456789012345\"",
        "\"1234567\\\"9\"",
        "\"1234567é\"",
        "\"\uE000\uFFFD\uFFFF\"",
        "\"\u0080\u07ff\u0800\"",
        "{\"\":\"\"}",
        "{\"a\":1,\"a\":2}",
        "[[[[[[[[]]]]]]]]"
    };
    private static final String[] STRINGS_IN_HEX = {
        "ff",
        "fe",
        "80",
        "bf",
        "c0",
        "c080",
        "c1bf",
        "c2",
        "c27f",
        "c2c0",
        "c3a9",
        "dfbf",
        "e0",
        "e080",
        "e09fbf",
        "e0a080",
        "e18080",
        "eda080",
        "ed9fbf",
        "edbfbf",
        "ee8080",
        "efbfbf",
        "efbfbe",
        "f0808080",
        "f08fbfbf",
        "f0908080",
        "f0",
        "f090",
        "f09080",
        "f0908041",
        "f48fbfbf",
        "f4908080",
        "f5808080",
        "f8888080",
        "e2828282",
        "eda0bdedb880",
        "00",
        "1f",
        "7f",
        "5c",
        "22",
        "61626364656667ff"
    };

    private Corpus() {}

    static List<byte[]> all() {
        List<byte[]> all = new ArrayList<>();
        for (String text : TEXTS) {
            all.add(utf8(text));
        }
        for (String hex : STRINGS_IN_HEX) {
            all.add(HexFormat.of().parseHex("22" + hex + "22"));
            all.add(HexFormat.of().parseHex(hex));
            all.add(HexFormat.of().parseHex("22" + "61".repeat(9) + hex));
        }
        for (int levels : new int[] {63, 64, 65, 127, 128, 129, 448, 449, 509, 510, 511, 512, 513, 514, 100_000}) {
            all.add(utf8("[".repeat(levels) + "]".repeat(levels)));
            all.add(utf8("{\"a\":".repeat(levels) + "1" + "}".repeat(levels)));
            all.add(utf8("[".repeat(levels)));
            all.add(utf8("{\"a\":[".repeat(levels / 2) + "]}".repeat(levels / 2)));
            all.add(utf8("[".repeat(levels) + "]".repeat(levels - 1) + "}"));
        }
        return all;
    }

    /** Returns messages with the given bytes as join ref, ref, topic, event, payload, and as a sixth part. */
    static List<byte[]> asParts(byte[] bytes) {
        List<byte[]> messages = new ArrayList<>();
        for (int part = 0; part < 6; part++) {
            messages.add(joined("[1,2,3,4,5,6]", (char) ('1' + part), bytes));
            messages.add(joined(
                    "{\"join_ref\":1,\"ref\":2,\"topic\":3,\"event\":4,\"payload\":5,\"x\":6}",
                    (char) ('1' + part),
                    bytes));
        }
        return messages;
    }

    private static byte[] joined(String frame, char place, byte[] bytes) {
        byte[] before = utf8(frame.substring(0, frame.indexOf(place)));
        byte[] after = utf8(frame.substring(frame.indexOf(place) + 1));
        byte[] out = new byte[before.length + bytes.length + after.length];
        System.arraycopy(before, 0, out, 0, before.length);
        System.arraycopy(bytes, 0, out, before.length, bytes.length);
        System.arraycopy(after, 0, out, before.length + bytes.length, after.length);
        return out;
    }
}
