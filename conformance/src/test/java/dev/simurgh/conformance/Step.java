package dev.simurgh.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One step of a scenario: what one side put on the wire, as a view of its JSON. */
record Step(int number, JsonNode json) {
    private static final Pattern NODE = Pattern.compile("(?:@|\\bto |\\bon )(n\\d)");
    private static final ObjectMapper JSON = new ObjectMapper();

    boolean fromClient() {
        return json.path("dir").asText().equals("c>s");
    }

    /** The connection it belongs to; empty where the scenario has only one. */
    String conn() {
        return json.path("conn").asText();
    }

    String kind() {
        return json.path("kind").asText();
    }

    JsonNode data() {
        return json.path("data");
    }

    String text() {
        return data().asText();
    }

    String note() {
        return json.path("note").asText();
    }

    long atMs() {
        return json.path("t_ms").asLong();
    }

    /** The node that it is for, by the name of its connection or by its note; empty where there is only one. */
    String node() {
        Matcher named = NODE.matcher(conn() + " " + note());
        return named.find() ? named.group(1) : "";
    }

    /** The close code; empty for a close frame without one. */
    Optional<Integer> code() {
        JsonNode code = json.path("code");
        return code.isNumber() ? Optional.of(code.intValue()) : Optional.empty();
    }

    /** The same with version 1 of the protocol. The server says no {@code join_ref} there, and needs none. */
    Step inVersion1() {
        ObjectNode copy = json.deepCopy();
        if (isUpgrade()) {
            ((ObjectNode) copy.get("data"))
                    .put("target", data().path("target").asText().replace("vsn=2.0.0", "vsn=1.0.0"));
        } else if (kind().equals("text")) {
            copy.put("data", inVersion1(text()));
        }
        return new Step(number, copy);
    }

    private static String inVersion1(String message) {
        try {
            JsonNode parts = JSON.readTree(message);
            boolean closes = parts.path(3).asText().equals("phx_close"); // has the ref of its join, where that is known
            return JSON.createObjectNode()
                    .<ObjectNode>set("ref", closes ? JSON.nullNode() : parts.get(1))
                    .<ObjectNode>set("topic", parts.get(2))
                    .<ObjectNode>set("event", parts.get(3))
                    .<ObjectNode>set("payload", parts.get(4))
                    .toString();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean masked() {
        return json.path("masked").asBoolean(fromClient());
    }

    int status() {
        return data().path("status").asInt();
    }

    boolean isHttp() {
        return kind().equals("http");
    }

    boolean isUpgrade() {
        return isHttp() && data().path("headers").path("Upgrade").asText().equals("websocket");
    }

    boolean isDriver() {
        return conn().startsWith("control");
    }

    /** The bytes of a frame or of a {@code raw} step; {@code text} is its text with this run's tokens in it. */
    byte[] bytes(String text) {
        boolean isText =
                kind().equals("text") && !json.path("encoding").asText().equals("hex") && rsv() == 0;
        return isText
                ? Abbreviation.expand(text).getBytes(StandardCharsets.UTF_8)
                : HexFormat.of().parseHex(text);
    }

    WireFrame frame(String text) {
        boolean fin = json.path("fin").asBoolean(true);
        return kind().equals("close")
                ? WireFrame.close(code(), text)
                : new WireFrame(fin, rsv(), WireFrame.opcode(kind()), bytes(text));
    }

    int rsv() {
        return json.path("rsv").asInt();
    }

    String show() {
        String what = switch (kind()) {
            case "http" ->
                fromClient()
                        ? data().path("method").asText() + " "
                                + data().path("target").asText()
                        : data().path("status").asText() + " "
                                + data().path("body").asText();
            case "close" -> code().map(String::valueOf).orElse("without a code") + " " + text();
            default -> text();
        };
        return (kind() + " " + what).strip();
    }
}
