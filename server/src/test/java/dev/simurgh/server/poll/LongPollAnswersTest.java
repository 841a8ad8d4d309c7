package dev.simurgh.server.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.server.RawClient;
import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.server.TestServer;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.SocketOptions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever long polling answers: who gets it can read it, and nobody in between keeps it. */
class LongPollAnswersTest {
    private static final String PAGE = "Origin: http://here.example";
    private static TestServer server;
    private static int port;

    @BeforeAll
    static void start() {
        server = TestServer.start(builder -> builder.longPoll(LongPollOptions.builder(LongPollTest.TOKENS)
                        .window(Duration.ofSeconds(1))
                        .build())
                .limits(ServerLimits.builder()
                        .handshakeTimeout(Duration.ofSeconds(1))
                        .build())
                .socket(SocketOptions.builder()
                        .checkOrigin(OriginPolicy.host("here.example"))
                        .takeAuthToken()
                        .build())
                .socket(
                        "/refuse_socket",
                        SocketOptions.builder()
                                .checkOrigin(OriginPolicy.host("here.example"))
                                .refusal(reason -> HttpHandler.Response.text("slow down")
                                        .withStatus(429)
                                        .withHeader("Retry-After", "7"))
                                .build()));
        port = server.server.port();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    record Case(String name, String request, int status, String body) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String request(String method, String target, String... headers) {
        return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                + String.join("", Stream.of(headers).map(h -> h + "\r\n").toList()) + "\r\n";
    }

    static Stream<Case> cases() {
        String socket = "/socket/longpoll?vsn=2.0.0";
        String refuse = "/refuse_socket/longpoll?vsn=2.0.0&outcome=";
        String known = socket + "&token={token}";
        String long413 =
                "POST " + known + " HTTP/1.1\r\nHost: localhost\r\n" + PAGE + "\r\nContent-Length: 2000000\r\n\r\n";
        return Stream.of(
                new Case(
                        "a new session",
                        request("GET", socket, PAGE),
                        200,
                        "{\"messages\":[],\"status\":410,\"token\":"),
                new Case(
                        "nothing to tell",
                        request("GET", known, PAGE),
                        200,
                        "{\"messages\":[],\"status\":204,\"token\":"),
                new Case(
                        "a post",
                        PollClient.postRequest(known, PollClient.HEARTBEAT, "application/json", PAGE),
                        200,
                        "{\"status\":200}"),
                new Case("messages", request("GET", socket + "&token={waiting}", PAGE), 200, "{\"messages\":[\"[null,"),
                new Case(
                        "a bad post",
                        PollClient.postRequest(known, "{nope", "application/json", PAGE),
                        200,
                        "{\"status\":400}"),
                new Case(
                        "a post to no session",
                        PollClient.postRequest(socket, PollClient.HEARTBEAT, "application/json", PAGE),
                        200,
                        "{\"status\":410}"),
                new Case(
                        "a preflight",
                        request(
                                "OPTIONS",
                                socket,
                                PAGE,
                                "Access-Control-Request-Headers: content-type,x-phoenix-longpoll-token"),
                        200,
                        ""),
                new Case(
                        "another origin",
                        request("GET", socket, "Origin: http://evil.example"),
                        200,
                        "{\"status\":403}"),
                new Case(
                        "another origin's preflight",
                        request("OPTIONS", socket, "Origin: http://evil.example"),
                        200,
                        "{\"status\":403}"),
                new Case(
                        "another version", request("GET", "/socket/longpoll?vsn=3.0.0", PAGE), 200, "{\"status\":403}"),
                new Case("refused", request("GET", refuse + "error", PAGE), 200, "{\"status\":403}"),
                new Case("told to slow down", request("GET", refuse + "reason", PAGE), 429, "Too Many Requests"),
                new Case("connect raises", request("GET", refuse + "raise", PAGE), 500, "{\"status\":500}"),
                new Case("a bad query", request("GET", "/socket/longpoll?vsn=%FF", PAGE), 400, "Bad Request"),
                new Case("another method", request("PUT", socket, PAGE), 400, ""),
                new Case("HEAD", request("HEAD", socket, PAGE), 400, ""),
                new Case("too long a body", long413, 413, "Request Entity Too Large"),
                new Case(
                        "too slow a body",
                        "POST " + known + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n[",
                        408,
                        "Request Timeout"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyAnswerCanBeReadAndIsKeptByNobody(Case each) {
        try (RawClient client = new RawClient(port)) {
            Answer answer = client.request(withToken(each.request()));

            assertThat(answer.status()).isEqualTo(each.status());
            assertThat(answer.body()).startsWith(each.body());
            assertThat(answer.headers())
                    .containsEntry("access-control-allow-origin", "*")
                    .containsEntry("cache-control", "no-store")
                    .doesNotContainKey("etag");
            boolean json = answer.headers().getOrDefault("content-type", "").startsWith("application/json");
            assertThat(json).isEqualTo(each.body().startsWith("{"));
        }
    }

    private static String withToken(String request) {
        if (request.contains("{token}")) {
            return request.replace("{token}", PollClient.connect(port).token);
        }
        if (request.contains("{waiting}")) {
            PollClient waiting = PollClient.connect(port);
            waiting.post(PollClient.HEARTBEAT);
            return request.replace("{waiting}", waiting.token);
        }
        return request;
    }

    @Test
    void aPreflightAllowsWhatWasAskedFor() {
        try (RawClient client = new RawClient(port)) {
            Answer answer = client.request(request(
                    "OPTIONS",
                    "/socket/longpoll",
                    PAGE,
                    "Access-Control-Request-Headers: content-type,x-phoenix-longpoll-token",
                    "Access-Control-Request-Headers: x-phoenix-authtoken"));

            assertThat(answer.headers())
                    .containsEntry(
                            "access-control-allow-headers",
                            "content-type,x-phoenix-longpoll-token, x-phoenix-authtoken")
                    .containsEntry("access-control-allow-methods", "get, post, options")
                    .containsEntry("access-control-max-age", "3600");
        }
    }

    @Test
    void whoIsToldToSlowDownHearsForHowLong() {
        Answer answer = PollClient.get(port, "/refuse_socket/longpoll?vsn=2.0.0&outcome=reason");

        assertThat(answer.headers()).containsEntry("retry-after", "7");
    }
}
