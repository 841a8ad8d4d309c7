package dev.simurgh.channel;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The two forms of a message, written out by hand: what a client sends, and what it should get. */
enum Vsn {
    V1("1.0.0"),
    V2("2.0.0");

    final String text;

    Vsn(String text) {
        this.text = text;
    }

    String message(@Nullable String joinRef, @Nullable String ref, String topic, String event, String payload) {
        return this == V2
                ? "[" + quoted(joinRef) + "," + quoted(ref) + "," + quoted(topic) + "," + quoted(event) + "," + payload
                        + "]"
                : "{\"event\":" + quoted(event) + ",\"payload\":" + payload + ",\"ref\":" + quoted(ref) + ",\"topic\":"
                        + quoted(topic) + "}";
    }

    String reply(@Nullable String joinRef, @Nullable String ref, String topic, String status, String response) {
        return message(
                joinRef, ref, topic, "phx_reply", "{\"response\":" + response + ",\"status\":" + quoted(status) + "}");
    }

    String error(@Nullable String joinRef, @Nullable String ref, String topic, String reason) {
        return reply(joinRef, ref, topic, "error", "{\"reason\":" + quoted(reason) + "}");
    }

    String push(@Nullable String joinRef, String topic, String event, String payload) {
        return message(joinRef, null, topic, event, payload);
    }

    /** The end of a join; a vsn 1 client sends no join_ref, and so gets no ref. */
    String close(String joinRef, String topic) {
        return message(joinRef, this == V2 ? joinRef : null, topic, "phx_close", "{}");
    }

    String crash(String joinRef, String topic) {
        return message(joinRef, this == V2 ? joinRef : null, topic, "phx_error", "{\"reason\":\"channel_crash\"}");
    }

    /** A client's binary push, which only vsn 2 has: a header of lengths, the texts, the data. */
    static byte[] binaryPush(String joinRef, String ref, String topic, String event, String data) {
        char[] header = {0, (char) joinRef.length(), (char) ref.length(), (char) topic.length(), (char) event.length()};
        return (new String(header) + joinRef + ref + topic + event + data).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "null" : '"' + text + '"';
    }
}
