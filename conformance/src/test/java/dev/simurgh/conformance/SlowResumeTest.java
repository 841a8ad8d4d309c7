package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import dev.simurgh.server.Server;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that has missed very much, and takes its time: it gets all of it, and costs nobody anything. */
@Timeout(120)
class SlowResumeTest {
    private static final String TOPIC = "kept:1";
    private static final int MISSED = 100_000;
    private static final int MEANWHILE = 500;
    private static final int POLLED = 10_000;
    private static final String TEXT = "x".repeat(250);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Journal journal =
            Journal.builder(MemoryStore.builder().maxBytes(512 << 20).build()).build();
    private final KeptTopics kept =
            KeptTopics.builder(journal).keep("kept:*", Retention.forever()).build();
    private final Endpoint endpoint = Endpoint.builder()
            .part(kept)
            .socket(
                    "/socket",
                    SocketSpec.builder()
                            .channel(
                                    "kept:*",
                                    ChannelSpec.builder(Object::new).quiet().build())
                            .quiet()
                            .build())
            .build();
    private final Server server = Server.builder(endpoint)
            .host("127.0.0.1")
            .port(0)
            .eventLoops(2)
            .longPoll(LongPollOptions.builder(Tokens.of("a secret of more than twenty bytes"))
                    .build())
            .start();

    @AfterEach
    void close() {
        server.stop().orTimeout(20, TimeUnit.SECONDS).join();
        endpoint.close();
        journal.close();
    }

    private CompletableFuture<Position> publish(int number) {
        return kept.broadcast(TOPIC, "put", Map.of("n", number, "text", TEXT));
    }

    /** Publishes so many, and gives the position of the first. */
    private Position publishAll(int from, int to) {
        List<CompletableFuture<Position>> answers = new ArrayList<>();
        Position first = publish(from).orTimeout(20, TimeUnit.SECONDS).join();
        for (int n = from + 1; n <= to; n++) {
            answers.add(publish(n));
            if (answers.size() == 1_000) {
                answers.forEach(answer -> answer.orTimeout(20, TimeUnit.SECONDS).join());
                answers.clear();
            }
        }
        answers.forEach(answer -> answer.orTimeout(20, TimeUnit.SECONDS).join());
        return first;
    }

    @Test
    void itGetsAllOfItAndHoldsUpNobody() throws Exception {
        Position first = publishAll(1, MISSED);
        AtomicInteger heard = new AtomicInteger();
        endpoint.subscribe(TOPIC, broadcast -> heard.incrementAndGet());
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(16 << 10);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            slow.setSoTimeout(20_000);
            DataInputStream in = upgraded(slow);
            slow.getOutputStream().write(join(first));
            assertThat(next(in).path(4).path("response").path("recovered").asBoolean())
                    .isTrue();

            publishAll(MISSED + 1, MISSED + MEANWHILE); // while it reads nothing
            NetworkRig.awaitUntil(() -> heard.get() == MEANWHILE);
            assertThat(server.stats().queuedBytes()).isLessThan(1 << 20);

            for (int n = 2; n <= MISSED + MEANWHILE; n++) {
                requireNumber(next(in), n);
            }
            publish(MISSED + MEANWHILE + 1).join();
            requireNumber(next(in), MISSED + MEANWHILE + 1);
        }
    }

    @Test
    void overLongPollingToo() throws Exception {
        Position first = publishAll(1, POLLED);
        HttpClient http = HttpClient.newHttpClient();
        String address = "http://127.0.0.1:" + server.port() + "/socket/longpoll?vsn=2.0.0";
        String token = poll(http, address).path("token").asText();
        String session = address + "&token=" + token;
        String join = "[\"1\",\"1\",\"" + TOPIC + "\",\"phx_join\",{\"position\":\"" + first + "\"}]";
        http.send(
                HttpRequest.newBuilder(URI.create(session))
                        .POST(HttpRequest.BodyPublishers.ofString(join))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        int expected = 1;
        while (expected < POLLED) {
            JsonNode messages = poll(http, session).path("messages");
            assertThat(server.stats().queuedBytes()).isLessThan(1 << 20);
            for (JsonNode text : messages) {
                JsonNode message = JSON.readTree(text.asText());
                if (expected > 1) {
                    requireNumber(message, expected);
                }
                expected++;
            }
        }
    }

    private static JsonNode poll(HttpClient http, String address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static void requireNumber(JsonNode message, int n) {
        if (message.path(4).path("n").asInt() != n || !message.path(1).asText().endsWith(":" + n)) {
            throw new AssertionError("expected " + n + ", got " + message);
        }
    }

    // A WebSocket that reads no more than it is asked for.

    private static final String UPGRADE = """
            GET /socket/websocket?vsn=2.0.0 HTTP/1.1
            Host: 127.0.0.1
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

            """;

    private static DataInputStream upgraded(Socket socket) throws IOException {
        socket.getOutputStream().write(UPGRADE.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 4096));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        assertThat(head).startsWith("HTTP/1.1 101");
        return in;
    }

    private static byte[] join(Position since) {
        byte[] text = ("[\"1\",\"1\",\"" + TOPIC + "\",\"phx_join\",{\"position\":\"" + since + "\"}]")
                .getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[6 + text.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | text.length); // a mask of zeros
        System.arraycopy(text, 0, frame, 6, text.length);
        return frame;
    }

    private static JsonNode next(DataInputStream in) throws IOException {
        assertThat(in.readUnsignedByte()).isEqualTo(0x81);
        int length = in.readUnsignedByte();
        byte[] text = new byte[length == 126 ? in.readUnsignedShort() : length];
        in.readFully(text);
        return JSON.readTree(text);
    }
}
