package dev.simurgh.spring.test.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.spring.test.LocalSimurghPort;
import dev.simurgh.spring.test.app.Chat.Database;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** The whole application, on a port. */
@SpringBootTest
class WholeTest {
    @LocalSimurghPort
    int port;

    @MockitoBean
    Database database;

    @Test
    void aClientTalksToIt() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://localhost:" + port + "/socket/websocket?vsn=2.0.0"), new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                                heard.complete(text.toString());
                                return WebSocket.Listener.super.onText(from, text, last);
                            }
                        })
                .get(20, TimeUnit.SECONDS);
        socket.sendText("[\"1\",\"1\",\"lobby\",\"phx_join\",{}]", true).get(20, TimeUnit.SECONDS);

        assertThat(heard.get(20, TimeUnit.SECONDS)).contains("phx_reply").contains("\"ok\"");
        socket.abort();
    }
}
