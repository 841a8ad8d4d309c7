package dev.simurgh.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.server.Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** On the threads that there really are: event loops, or the scheduler's, which are virtual on newer Javas. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class TraceOverASocketTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACEPARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

    private final Spans here = new Spans();
    private final Spans there = new Spans();
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final boolean nonBlocking;

    TraceOverASocketTest(boolean nonBlocking) {
        this.nonBlocking = nonBlocking;
    }

    private Endpoint endpoint(String name, Spans spans) {
        var room = Room.spec(spans.registry);
        return Endpoint.builder()
                .cluster(cluster.node(name))
                .part(ChannelObservations.of(spans.registry))
                .socket("/socket", Room.socket((nonBlocking ? room.nonBlocking() : room).build()))
                .build();
    }

    @Test
    void aTraceThatAClientStartsGoesOnToTheClientsOfAnotherNode() throws Exception {
        try (Endpoint a = endpoint("a@test", here);
                Endpoint b = endpoint("b@test", there);
                Server serverA = Server.builder(a).port(0).start();
                Server serverB = Server.builder(b).port(0).start()) {
            Talk receiver = new Talk(serverB, "");
            receiver.ask("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]", "\"status\":\"ok\"");
            Talk sender = new Talk(serverA, TRACEPARENT);
            sender.ask("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]", "\"status\":\"ok\"");
            sender.ask("[\"1\",\"2\",\"room:1\",\"shout\",{}]", "\"shouted\",{\"a\":1}");
            receiver.await("\"shouted\",{\"a\":1}");
            receiver.ask(
                    "[\"1\",\"3\",\"room:1\",\"say\",{\"traceparent\":\"" + TRACEPARENT + "\"}]", "\"status\":\"ok\"");
            sender.socket.abort();
            receiver.socket.abort();
        }
        for (String name :
                new String[] {"connect", "join", "afterJoin", "handleIn shout", "broadcast", "handleOut shouted"}) {
            assertThat(here.only(name).getTraceId()).as(name).isEqualTo(TRACE);
        }
        assertThat(there.only("handleOut shouted").getTraceId()).isEqualTo(TRACE);
        assertThat(there.only("handleOut shouted").getParentSpanId())
                .isEqualTo(here.only("broadcast").getSpanId());
        assertThat(there.only("handleIn say").getTraceId()).isEqualTo(TRACE);
        assertThat(there.only("connect").getTraceId()).isNotEqualTo(TRACE);
    }

    private static final class Talk implements WebSocket.Listener {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();
        final WebSocket socket;

        Talk(Server server, String traceparent) {
            WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
            if (!traceparent.isEmpty()) {
                builder.header("traceparent", traceparent);
            }
            socket = builder.connectTimeout(Duration.ofSeconds(30))
                    .buildAsync(URI.create("ws://localhost:" + server.port() + "/socket/websocket?vsn=2.0.0"), this)
                    .join();
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                received.add(part.toString());
                part.setLength(0);
            }
            from.request(1);
            return null;
        }

        void ask(String message, String answer) throws InterruptedException {
            socket.sendText(message, true).join();
            await(answer);
        }

        void await(String containing) throws InterruptedException {
            String next = "";
            while (!next.contains(containing)) {
                next = received.poll(30, TimeUnit.SECONDS);
                assertThat(next).as("waiting for %s", containing).isNotNull();
            }
        }
    }
}
