package dev.simurgh.server.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.server.RawClient;
import dev.simurgh.server.RawClient.Answer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that comes by long polling, request by request, each on a connection of its own. */
final class PollClient {
    static final String TARGET = "/socket/longpoll?vsn=2.0.0";
    static final String HEARTBEAT = "[null,\"1\",\"phoenix\",\"heartbeat\",{}]";
    static final String JOIN = "[\"1\",\"1\",\"load:a\",\"phx_join\",{}]";
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    private final int port;
    private final String target;
    String token;

    private PollClient(int port, String target, String token) {
        this.port = port;
        this.target = target;
        this.token = token;
    }

    /** Has a session made. */
    static PollClient connect(int port, String target) {
        Answer answer = get(port, target);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).startsWith("{\"messages\":[],\"status\":410,\"token\":");
        return new PollClient(port, target, tokenIn(answer.body()));
    }

    static PollClient connect(int port) {
        return connect(port, TARGET);
    }

    /** One that has joined {@code load:a}. */
    static PollClient joined(int port) {
        PollClient client = connect(port);
        assertThat(client.post(JOIN)).isEqualTo("{\"status\":200}");
        assertThat(client.poll()).contains("phx_reply");
        return client;
    }

    static String tokenIn(String body) {
        Matcher matcher = TOKEN.matcher(body);
        assertThat(matcher.find()).as(body).isTrue();
        return matcher.group(1);
    }

    static Answer get(int port, String target, String... headers) {
        try (RawClient client = new RawClient(port)) {
            return client.get(target, headers);
        }
    }

    String target() {
        return target + "&token=" + token;
    }

    Answer get(String... headers) {
        return get(port, target(), headers);
    }

    /** What a poll brings, without the token. */
    String poll() {
        return withoutToken(get());
    }

    String withoutToken(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().replace(",\"token\":\"" + token + "\"", "");
    }

    /** A poll whose answer is still to be read. */
    RawClient park() {
        RawClient client = new RawClient(port);
        client.send(("GET " + target() + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return client;
    }

    /** What the client of {@link #park} gets in the end. */
    String read(RawClient parked) {
        try (parked) {
            return withoutToken(parked.answer(false));
        }
    }

    String post(String body) {
        return post(body, "application/json");
    }

    String post(String body, String contentType, String... headers) {
        Answer answer = postTo(port, target(), body, contentType, headers);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }

    static String postRequest(String target, String body, String contentType, String... headers) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder more = new StringBuilder();
        for (String header : headers) {
            more.append(header).append("\r\n");
        }
        return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + contentType
                + "\r\nContent-Length: " + bytes.length + "\r\n" + more + "\r\n"
                + new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static Answer postTo(int port, String target, String body, String contentType, String... headers) {
        try (RawClient client = new RawClient(port)) {
            return client.request(postRequest(target, body, contentType, headers));
        }
    }
}
