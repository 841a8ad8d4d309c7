package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.simurgh.protocol.CloseCode;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.WebSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServerTest {

    @Test
    void stopDrainsAndGivesThePortBack() throws Exception {
        TestServer test = TestServer.start();
        int port = test.server.port();
        try (RawClient client = test.joined();
                RawClient http = test.client();
                RawClient late = test.client()) {
            assertThat(http.get("/health").body()).isEqualTo("{\"status\":\"ok\"}");
            CompletableFuture<Void> stopped = test.server.stop();

            assertThat(client.read().closeCode()).isEqualTo(CloseCode.SERVICE_RESTART);
            assertThat(http.get("/health")).satisfies(answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.body()).isEqualTo("{\"status\":\"draining\"}");
                assertThat(answer.headers()).containsEntry("connection", "close");
            });
            assertThat(late.upgrade(TestServer.TARGET).status()).isEqualTo(503);
            assertThat(stopped).isNotDone();
            client.close(CloseCode.SERVICE_RESTART);
            stopped.get(5, TimeUnit.SECONDS);
            assertThat(test.server.stop()).isSameAs(stopped);
        }
        TestServer next = TestServer.start(server -> server.port(port));
        assertThat(next.answers()).isTrue();
        next.close();
        test.close();
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        try (TestServer test = TestServer.start()) {
            int port = test.server.port();
            assertThatExceptionOfType(ServerStartException.class)
                    .isThrownBy(() -> Server.builder(test.endpoint)
                            .host("127.0.0.1")
                            .port(port)
                            .start())
                    .withMessage("port: " + port
                            + " of 127.0.0.1 (expected: a free port of this machine). Stop who has it, or"
                            + " take another with port(int); 0 takes any");
        }
    }

    @Test
    void whatMakesNoSenseIsRefusedAtOnce() {
        try (TestServer test = TestServer.start()) {
            ServerBuilder builder = Server.builder(test.endpoint);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.port(65_536))
                    .withMessage("port: 65536 (expected: 0 to 65535)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.webSocket("/nope", WebSocketOptions.defaults()))
                    .withMessage("mountPath: /nope (expected: one of [/socket, /refuse_socket, /info_socket/:org])");
            assertThatIllegalArgumentException().isThrownBy(() -> builder.withoutWebSocket("/nope"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.files("/", "no-such-folder"))
                    .withMessage(
                            "files: no-such-folder (expected: a directory, or a folder on the class path, best with an"
                                    + " index.html)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.handler("/health", HttpHandler.of(request -> Response.text("")))
                            .start())
                    .withMessageStartingWith("path: /health (expected: a path that nothing else is served at)");
        }
    }

    @Test
    void theAddressIsOneThatCanBeReached() {
        for (String host : new String[] {"127.0.0.1", "0.0.0.0", "::", "0:0:0:0:0:0:0:0", "::1", "localhost"}) {
            try (TestServer test = TestServer.start(server -> server.host(host))) {
                boolean any = host.startsWith("0");
                String name = host.endsWith(":0") || host.contains("::") ? "[::1]" : any ? "127.0.0.1" : host;
                assertThat(test.server.uri()).hasToString("http://" + name + ":" + test.server.port());
            }
        }
    }

    @Test
    void aSocketMayBeWithoutWebSocket() {
        try (TestServer test = TestServer.start(server -> server.withoutWebSocket("/info_socket/:org"));
                RawClient client = test.client()) {
            assertThat(client.upgrade("/info_socket/acme/websocket?vsn=2.0.0").status())
                    .isEqualTo(404);
            assertThat(test.asked).isEmpty();
            assertThat(client.upgrade(TestServer.TARGET).status()).isEqualTo(101);
        }
    }

    @Test
    void handlersAnswerNowOrLaterOrFail() {
        HttpHandler greet = HttpHandler.of(
                request -> Response.text("hello " + request.params().get("name")));
        HttpHandler later = request ->
                CompletableFuture.supplyAsync(() -> Response.json("{}").withStatus(201));
        HttpHandler broken = HttpHandler.of(request -> {
            throw new IllegalStateException("a handler that fails, as it was told to");
        });
        try (TestServer test = TestServer.start(server ->
                        server.handler("/greet", greet).handler("/later", later).handler("/broken", broken));
                RawClient client = test.client()) {
            assertThat(client.get("/greet?name=J%C3%B6rg+K").body()).isEqualTo("hello Jörg K");
            assertThat(client.get("/later").status()).isEqualTo(201);
            assertThat(client.get("/broken").status()).isEqualTo(500);
            assertThat(client.get("/greet?name=%FF").status()).isEqualTo(400);
            assertThat(client.get("/greet").headers()).containsEntry("x-content-type-options", "nosniff");
        }
    }

    @Test
    void requestsInARowAreAnsweredInOrder() {
        HttpHandler echo =
                HttpHandler.of(request -> Response.text(request.params().getOrDefault("n", "")));
        try (TestServer test = TestServer.start(server -> server.handler("/echo", echo));
                RawClient client = test.client()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                all.append("GET /echo?n=").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
                all.append("POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
            }
            client.send(all.toString().getBytes(StandardCharsets.ISO_8859_1));
            for (int i = 0; i < 500; i++) {
                assertThat(client.answer(false).body()).isEqualTo(Integer.toString(i));
                assertThat(client.answer(false).status()).isEqualTo(404);
            }
            assertThat(client.get("/health", "Connection: close").status()).isEqualTo(200);
            assertThat(client.ended()).isTrue();
        }
    }
}
