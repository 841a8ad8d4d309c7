package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simurgh.channel.EndpointCounts;
import dev.simurgh.transport.ServerStats;
import dev.simurgh.transport.WebSocketOptions;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Clients whose network is gone from one moment to the next, so that nobody says goodbye. Closing the rig checks that nothing leaks. */
@Timeout(60)
@Isolated("counts the descriptors of the process")
class VanishedClientsTest {
    private static final int EACH = 10;
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TARGET = "/socket/longpoll?vsn=2.0.0";

    private final List<Socket> held = new ArrayList<>();

    @Test
    void nothingIsLeftOfThemWhateverTheyWereAbout() throws IOException {
        WebSocketOptions options = WebSocketOptions.builder()
                .idleTimeout(IDLE)
                .closeTimeout(NetworkRig.CLOSE)
                .build();
        try (NetworkRig rig = new NetworkRig(options)) {
            for (int i = 0; i < EACH; i++) {
                rig.joined(rig.once("room:a").heartbeat(Duration.ofMillis(300)));
                String token = session(rig.proxy.port());
                held.add(sent(rig.proxy.port(), request("GET", token, 0)));
                held.add(sent(rig.proxy.port(), request("POST", token, 100) + "[\"1\","));
                held.add(sent(rig.proxy.port(), "GET /socket/websocket HTTP/1.1\r\nHost: a\r\nUpgr"));
            }
            NetworkRig.awaitUntil(() -> rig.server.endpoint.connectionCount() == 2 * EACH);
            assertThat(rig.server.endpoint.channelCount()).isEqualTo(2 * EACH);
            assertThat(rig.server.server.stats().sessions()).isEqualTo(EACH);

            rig.proxy.silence();
            for (int i = 0; i < 20; i++) { // the last ones wait for polls that never come
                rig.server.endpoint.broadcast("room:a", "news", Map.of("s", "x".repeat(10_000)));
            }

            rig.awaitNobody();
            assertThat(rig.server.endpoint.counts()).isEqualTo(new EndpointCounts(0, 0, 0, 0, 0));
            NetworkRig.awaiting().untilAsserted(() -> {
                ServerStats left = rig.server.server.stats();
                assertThat(left).isEqualTo(new ServerStats(0, 0, 0, 0, 0, left.turnedAway(), left.refused()));
            });
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    /** Makes a session that has joined; returns its token. */
    private static String session(int port) throws IOException {
        String token = ask(port, "GET", "", "").path("token").textValue();
        assertThat(ask(port, "POST", token, "[\"1\",\"1\",\"room:a\",\"phx_join\",{}]")
                        .path("status")
                        .asInt())
                .isEqualTo(200);
        assertThat(ask(port, "GET", token, "").path("messages").toString()).contains("phx_reply");
        return token;
    }

    private static JsonNode ask(int port, String method, String token, String body) throws IOException {
        try (Socket socket = sent(port, request(method, token, body.length()) + body)) {
            HttpMessage answer = HttpMessage.read(new BufferedInputStream(socket.getInputStream()), false)
                    .orElseThrow();
            return JSON.readTree(answer.body());
        }
    }

    private static Socket sent(int port, String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String request(String method, String token, int length) {
        return method + " " + TARGET + (token.isEmpty() ? "" : "&token=" + token)
                + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    }
}
