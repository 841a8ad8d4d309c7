package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.WebSocketOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private final TestServer test = TestServer.start(server -> server.limits(ServerLimits.builder()
                    .handshakeTimeout(Duration.ofMillis(400))
                    .build())
            .webSocket("/refuse_socket", WebSocketOptions.defaults()));

    @AfterEach
    void stop() {
        test.close();
    }

    private Answer upgrade(String target, String... headers) {
        try (RawClient client = test.client()) {
            return client.upgrade(target, headers);
        }
    }

    @Test
    void aClientIsUpgraded() {
        Answer answer = upgrade(TestServer.TARGET);

        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.headers())
                .containsEntry("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                .containsEntry("upgrade", "websocket");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 101",
        "vsn=1.0.0, 101",
        "vsn=1.0.9, 101",
        "vsn=1.1.0, 403",
        "vsn=2.0.0, 101",
        "vsn=2.0.5, 101",
        "vsn=2.1.0, 403",
        "vsn=3.0.0, 403",
        "vsn=1, 403",
        "vsn=2.0, 403",
        "vsn=abc, 403",
        "vsn=, 403",
        "vsn=2.0.0-rc.1, 403",
        "vsn=2.0.0%2Bbuild, 101",
        "vsn=%202.0.0, 403",
        "vsn[]=2.0.0, 403",
        "vsn=3.0.0&vsn=2.0.0, 101",
        "vsn=2.0.0&vsn=3.0.0, 403",
        "vsn=2.0.0&x=%ZZ, 101",
        "vsn=2.0.0&x=%FF, 400"
    })
    void theVersionDecides(String query, int status) {
        assertThat(upgrade("/socket/websocket?" + query).status()).isEqualTo(status);
    }

    @Test
    void aQueryThatIsNotTextIsAnsweredInPhoenixsForm() {
        assertThat(upgrade("/socket/websocket?x=%FF").body()).isEqualTo("{\"errors\":{\"detail\":\"Bad Request\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/socket/websocket/", "//socket///websocket"})
    void slashesTooManyDoNoHarm(String path) {
        assertThat(upgrade(path).status()).isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sock%65t/websocket", "/socket", "/socket/websocket/x", "/", "/Socket/websocket"})
    void otherPathsAreNotFound(String path) {
        assertThat(upgrade(path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})
    void otherMethodsAreRefused(String method) {
        try (RawClient client = test.client()) {
            Answer answer = client.request(method, TestServer.TARGET, "Content-Length: 0");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void theApplicationMayRefuseAndMayCrash() {
        assertThat(upgrade("/refuse_socket/websocket?outcome=error"))
                .extracting(Answer::status, Answer::body)
                .containsExactly(403, "");
        assertThat(upgrade("/refuse_socket/websocket?outcome=raise"))
                .extracting(Answer::status, Answer::body)
                .containsExactly(500, "{\"errors\":{\"detail\":\"Internal Server Error\"}}");
        assertThat(upgrade("/refuse_socket/websocket").status()).isEqualTo(101);
    }

    @Test
    void refusalsComeBeforeTheUpgradeHeaders() {
        try (RawClient client = test.client()) {
            assertThat(client.get("/refuse_socket/websocket?outcome=error").status())
                    .isEqualTo(403);
            assertThat(client.get("/socket/websocket?vsn=3.0.0").status()).isEqualTo(403);
            assertThat(client.get(TestServer.TARGET, "Origin: http://evil.com").status())
                    .isEqualTo(403);
            assertThat(client.get(TestServer.TARGET).status()).isEqualTo(400);
            assertThat(client.get(TestServer.TARGET, "Upgrade: websocket", "Connection: upgrade")
                            .status())
                    .isEqualTo(400);
            assertThat(client.get(
                                    TestServer.TARGET,
                                    "Upgrade: websocket",
                                    "Connection: upgrade",
                                    "Sec-WebSocket-Version: 8",
                                    "Sec-WebSocket-Key: x")
                            .headers())
                    .containsEntry("sec-websocket-version", "13");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "not base64 at all!"})
    void anyKeyIsGoodEnough(String key) {
        try (RawClient client = test.client()) {
            Answer answer = client.get(
                    TestServer.TARGET,
                    "Upgrade: WebSocket",
                    "Connection: upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: " + key);

            assertThat(answer.status()).isEqualTo(101);
        }
    }

    @Test
    void aRequestWithoutHostIsRefused() {
        try (RawClient client = test.client()) {
            assertThat(client.request("GET " + TestServer.TARGET + " HTTP/1.1\r\n\r\n")
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void thePageOfAnotherHostIsRefused() {
        assertThat(upgrade(TestServer.TARGET, "Origin: http://localhost").status())
                .isEqualTo(101);
        assertThat(upgrade(TestServer.TARGET, "Origin: http://evil.com"))
                .extracting(Answer::status, Answer::body)
                .containsExactly(403, "");
    }

    @Test
    void framesOfAClientThatDoesNotWaitAreNotLost() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(RawClient.upgradeRequest(TestServer.TARGET).getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(
                RawClient.frame(RawClient.FIN | RawClient.TEXT, TestServer.HEARTBEAT.getBytes(StandardCharsets.UTF_8)));
        try (RawClient client = test.client()) {
            client.send(all.toByteArray());

            assertThat(client.answer(false).status()).isEqualTo(101);
            assertThat(client.read().text()).contains("phx_reply");
        }
    }

    @Test
    void halfOpenHandshakesAreCut() {
        try (RawClient silent = test.client();
                RawClient halfway = test.client();
                RawClient idle = test.client()) {
            halfway.send("GET /socket/websocket HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(idle.get("/health").status()).isEqualTo(200);

            assertThat(silent.ended()).isTrue();
            assertThat(halfway.ended()).isTrue();
            assertThat(idle.ended()).isTrue();
        }
    }

    @Test
    void whatIsTooLongIsRefused() {
        try (RawClient client = test.client()) {
            assertThat(client.get("/health?" + "x".repeat(9000)).status()).isEqualTo(414);
            assertThat(client.ended()).isTrue();
        }
        try (RawClient client = test.client()) {
            assertThat(client.get("/health", "X-Long: " + "x".repeat(17_000)).status())
                    .isEqualTo(431);
        }
        try (RawClient client = test.client()) {
            assertThat(client.request("POST", "/health", "Content-Length: 2000000", "", "x".repeat(1_500_000))
                            .status())
                    .isEqualTo(413);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void rubbishIsRefused() {
        try (RawClient client = test.client()) {
            assertThat(client.request("\u0016\u0003\u0001 hello\r\n\r\n").status())
                    .isEqualTo(400);
            assertThat(client.ended()).isTrue();
        }
    }
}
