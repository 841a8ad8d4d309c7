package dev.simurgh.server;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simurgh.fuzz.Strangers;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Any bytes as the body of a post of a client that has joined, and as its token: whatever comes, each answer is one that phoenix.js
 * understands, and the session goes on.
 */
class LongPollFuzzTest {
    private static final ObjectMapper JACKSON = new ObjectMapper();
    private static final Set<Integer> STATUSES = Set.of(200, 204, 400, 403, 408, 410, 500);
    private static final String PATH = "/socket/longpoll?vsn=2.0.0&token=";
    private static final String JOIN = "[\"1\",\"1\",\"room:a\",\"phx_join\",{}]";

    @FuzzTest
    void longPoll(byte[] data) {
        WholeConnection connection = new WholeConnection();
        String token = answer(connection, get("")).path("token").asText();
        expect(200, answer(connection, post(token, JOIN, "application/json")));
        String body = new String(data, StandardCharsets.ISO_8859_1);
        answer(connection, post(token, body, "application/x-ndjson"));
        answer(connection, post(token, body, "application/json"));
        expect(200, answer(connection, get(token)));
        expect(200, answer(connection, post(token, JOIN, "application/json")));
        expect(200, answer(connection, get(token)));
        expect(410, answer(connection, get(asToken(data))));
        connection.leave();
        Strangers.assertNoErrorLogged();
    }

    private static String get(String token) {
        return "GET " + PATH + token + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static String post(String token, String body, String type) {
        return "POST " + PATH + token + " HTTP/1.1\r\nHost: a\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    /** Not to be refused for what it has to do with HTTP. */
    private static String asToken(byte[] data) {
        StringBuilder token = new StringBuilder();
        for (byte b : data) {
            if (token.length() < 2000) {
                token.append("%").append(Character.forDigit(b >> 4 & 7, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return token.toString();
    }

    private static JsonNode answer(WholeConnection connection, String request) {
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        String answer = new String(connection.converse(bytes, bytes.length), StandardCharsets.UTF_8);
        int body = answer.indexOf("\r\n\r\n") + 4;
        try {
            JsonNode json = JACKSON.readTree(answer.substring(body));
            if (!answer.startsWith("HTTP/1.1 200 ")
                    || !STATUSES.contains(json.path("status").asInt())) {
                throw new AssertionError(answer);
            }
            for (JsonNode message : json.path("messages")) {
                if (message.isTextual() && message.asText().startsWith("[")) {
                    JACKSON.readTree(message.asText());
                }
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer, e);
        }
    }

    private static void expect(int status, JsonNode answer) {
        if (answer.path("status").asInt() != status) {
            throw new AssertionError(answer + " (expected: " + status + ")");
        }
    }
}
