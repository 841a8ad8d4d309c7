package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the recorded server has besides that which the recordings show. */
@Timeout(60)
class SocketsTest {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @Test
    void aWildTopicAnswersPing() throws InterruptedException {
        try (OwnServer server = new OwnServer()) {
            WebSocket socket = connect(server, "/socket/websocket?vsn=2.0.0");
            socket.sendText("[\"1\",\"1\",\"wild:2:4\",\"phx_join\",{}]", true).join();
            assertThat(next())
                    .isEqualTo("[\"1\",\"1\",\"wild:2:4\",\"phx_reply\",{\"response\":{},\"status\":\"ok\"}]");
            socket.sendText("[\"1\",\"2\",\"wild:2:4\",\"ping\",{}]", true).join();
            assertThat(next())
                    .isEqualTo(
                            "[\"1\",\"2\",\"wild:2:4\",\"phx_reply\",{\"response\":{\"ping\":\"pong\"},\"status\":\"ok\"}]");
            socket.abort();
        }
    }

    @Test
    void theSocketForLongPollingOnlyHasNoWebSocket() {
        try (OwnServer server = new OwnServer()) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> connect(server, "/fastpoll_socket/websocket?vsn=2.0.0"))
                    .satisfies(e -> assertThat(e.getCause())
                            .isInstanceOfSatisfying(
                                    WebSocketHandshakeException.class,
                                    refused -> assertThat(refused.getResponse().statusCode())
                                            .isEqualTo(404)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/short_socket", "/smallframe_socket", "/deflate_socket", "/subproto_socket"})
    void theSocketsForWebSocketOnlyHaveNoLongPolling(String path) throws Exception {
        try (OwnServer server = new OwnServer()) {
            assertThat(poll(server, path + "/longpoll?vsn=2.0.0").statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/socket/longpoll",
                "/strict_socket/longpoll",
                "/wildorigin_socket/longpoll",
                "/host_socket/longpoll",
                "/conn_socket/longpoll",
                "/fastpoll_socket/longpoll",
                "/custompath_socket/lp",
                "/refuse_socket/longpoll",
                "/refuse_custom_socket/longpoll",
                "/token_socket/longpoll",
                "/info_socket/longpoll"
            })
    void allOthersHave(String path) throws Exception {
        try (OwnServer server = new OwnServer()) {
            HttpResponse<String> made = poll(server, path + "?vsn=2.0.0");
            assertThat(made.statusCode()).isEqualTo(200);
            assertThat(made.body()).contains("\"status\":410").contains("\"token\":");
        }
    }

    private static HttpResponse<String> poll(OwnServer server, String target) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + target);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private WebSocket connect(OwnServer server, String target) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + target), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                        received.add(data.toString());
                        socket.request(1);
                        return null;
                    }
                })
                .join();
    }

    private @Nullable String next() throws InterruptedException {
        return received.poll(30, TimeUnit.SECONDS);
    }
}
