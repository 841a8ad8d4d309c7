package dev.simurgh.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the dashboard's page does, without a browser. */
final class PageClient implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int PATIENCE_SECONDS = 20;

    private final WebSocket socket;
    private final BlockingQueue<JsonNode> frames;
    private final List<JsonNode> passedOver = new ArrayList<>();
    private int ref = 1;

    private PageClient(WebSocket socket, BlockingQueue<JsonNode> frames) {
        this.socket = socket;
        this.frames = frames;
    }

    static HttpResponse<String> get(int port, String target, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(target, e);
        }
    }

    static String token(int port, String... headers) {
        return json(get(port, "/dashboard/token", headers).body()).get("token").asText();
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    /** Connects with a token, from a page of some origin. */
    static PageClient connect(int port, String token, String origin) {
        BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
        WebSocket socket = HTTP.newWebSocketBuilder()
                .header("Origin", origin)
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + port + "/dashboard/socket/websocket?vsn=2.0.0&token=" + token),
                        new Collector(frames))
                .join();
        return new PageClient(socket, frames);
    }

    static PageClient connect(int port, String token) {
        return connect(port, token, "http://127.0.0.1:" + port);
    }

    /** Connects, and joins; the reply's payload is the answer. */
    JsonNode join() {
        return push("phx_join", "{}");
    }

    /** Pushes, and waits for the reply: {@code {"status":…,"response":…}}. */
    JsonNode push(String event, String payload) {
        String own = String.valueOf(++ref);
        send("[\"1\",\"" + own + "\",\"" + DashboardChannel.TOPIC + "\",\"" + event + "\"," + payload + "]");
        return await("phx_reply", frame -> own.equals(frame.get(1).asText()));
    }

    void send(String frame) {
        socket.sendText(frame, true).join();
    }

    /** The payload of the next frame of an event; what else comes before stays for later. */
    JsonNode await(String event, Predicate<JsonNode> which) {
        Predicate<JsonNode> wanted = frame -> frame.get(3).asText().equals(event) && which.test(frame);
        for (JsonNode frame : List.copyOf(passedOver)) {
            if (wanted.test(frame)) {
                passedOver.remove(frame);
                return frame.get(4);
            }
        }
        try {
            while (true) {
                JsonNode frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (frame == null) {
                    throw new AssertionError("no " + event + ", but " + passedOver);
                }
                if (wanted.test(frame)) {
                    return frame.get(4);
                }
                passedOver.add(frame);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    JsonNode await(String event) {
        return await(event, frame -> true);
    }

    /** Goes without a word. */
    void abort() {
        socket.abort();
    }

    @Override
    public void close() {
        abort();
    }

    private static final class Collector implements WebSocket.Listener {
        private final BlockingQueue<JsonNode> frames;
        private final StringBuilder part = new StringBuilder();

        Collector(BlockingQueue<JsonNode> frames) {
            this.frames = frames;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                frames.add(json(part.toString()));
                part.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
