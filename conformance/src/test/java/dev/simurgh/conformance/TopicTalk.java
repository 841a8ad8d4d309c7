package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A conversation about one topic with a server, one message at a time, in the order in which they come. */
final class TopicTalk implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_SECONDS = 20;

    private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private final String topic;
    private int ref;

    private TopicTalk(int port, String topic, HttpClient http) {
        this.topic = topic;
        this.socket = http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/socket/websocket?vsn=2.0.0"), new Messages())
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    static TopicTalk to(int port, String topic) {
        return to(port, topic, HttpClient.newHttpClient());
    }

    /** One of many, over one HTTP client. */
    static TopicTalk to(int port, String topic, HttpClient http) {
        return new TopicTalk(port, topic, http);
    }

    /** Joins; the reply's payload. */
    JsonNode join(String params) throws InterruptedException {
        return push("phx_join", params);
    }

    /** Joins with a position; the reply's response. */
    JsonNode resume(String position) throws InterruptedException {
        return join("{\"position\":\"" + position + "\"}").path("response");
    }

    /** Puts something; the reply's payload, before which broadcasts may have come, which are lost. */
    JsonNode put(String payload) throws InterruptedException {
        return push("put", payload);
    }

    /** Puts something; where it was stored. */
    String stored(String payload) throws InterruptedException {
        JsonNode reply = put(payload);
        assertThat(reply.path("status").asText()).as("%s", reply).isEqualTo("ok");
        return reply.path("response").path("position").asText();
    }

    /** Pushes something; the reply's payload, before which other messages may have come, which are lost. */
    JsonNode push(String event, String payload) throws InterruptedException {
        String own = String.valueOf(++ref);
        send("[\"1\",\"" + own + "\",\"" + topic + "\",\"" + event + "\"," + payload + "]");
        JsonNode message = next();
        while (!message.get(1).asText().equals(own)) {
            message = next();
        }
        return message.get(4);
    }

    void send(String text) {
        socket.sendText(text, true)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** The next message, whatever it is; a binary one as a text. */
    JsonNode next() throws InterruptedException {
        JsonNode message = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(message).as("a message").isNotNull();
        return message;
    }

    /** The next message with this event. */
    JsonNode next(String event) throws InterruptedException {
        JsonNode message = next();
        while (!message.path(3).asText().equals(event)) {
            message = next();
        }
        return message;
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                try {
                    received.add(JSON.readTree(text.toString()));
                } catch (JsonProcessingException e) {
                    throw new UncheckedIOException(e);
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer bytes, boolean last) {
            byte[] all = new byte[bytes.remaining()];
            bytes.get(all);
            received.add(JSON.getNodeFactory().binaryNode(all));
            from.request(1);
            return null;
        }
    }
}
