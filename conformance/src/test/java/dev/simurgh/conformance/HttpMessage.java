package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A request or an answer: its first line, its headers (names in lower case when read) and its body. */
record HttpMessage(String firstLine, Map<String, String> headers, String body) {

    /** The request of a step, with exactly the recorded headers; {@code substitute} puts this run's tokens in. */
    static HttpMessage request(Step step, UnaryOperator<String> substitute) {
        JsonNode data = step.data();
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : data.path("headers").properties()) {
            headers.put(header.getKey(), substitute.apply(header.getValue().asText()));
        }
        String body = data.has("body_note")
                ? Abbreviation.body(data.path("body_note").asText())
                : substitute.apply(data.path("body").asText());
        String target = substitute.apply(data.path("target").asText());
        return new HttpMessage(data.path("method").asText() + " " + target + " HTTP/1.1", headers, body);
    }

    int status() {
        return Integer.parseInt(firstLine.split(" ", 3)[1]);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    byte[] encode() {
        StringBuilder head = new StringBuilder(firstLine).append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").append(body).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads the next message; empty if the stream ends before it. */
    static Optional<HttpMessage> read(InputStream in, boolean bodyless) throws IOException {
        String firstLine = line(in);
        if (firstLine.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = bodyless ? new byte[0] : body(in, headers);
        return Optional.of(new HttpMessage(firstLine, headers, new String(body, StandardCharsets.UTF_8)));
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            return chunks(in);
        }
        return in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
            body.writeBytes(in.readNBytes(size));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static int chunkSize(InputStream in) throws IOException {
        return Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                if (line.size() > 0) {
                    throw new EOFException("HTTP message cut off: " + line.toString(StandardCharsets.ISO_8859_1));
                }
                return "";
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
