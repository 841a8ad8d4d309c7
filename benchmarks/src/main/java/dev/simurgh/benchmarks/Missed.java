package dev.simurgh.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Publishes to kept topics what others miss. */
final class Missed implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;
    private static final String OK = "\"status\":\"ok\"";

    private final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private int ref;

    Missed(Target target) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://" + target.host() + target.path()), new Replies())
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Joins a topic and publishes so many messages there; returns when all are stored. */
    void publish(String topic, int messages, int payload) throws InterruptedException {
        push(topic, "phx_join", "{}");
        await(1);
        String text = "{\"p\":\"" + "x".repeat(payload) + "\"}";
        for (int i = 0; i < messages; i++) {
            push(topic, "put", text);
        }
        await(messages);
        push(topic, "phx_leave", "{}");
        await(1);
    }

    private void push(String topic, String event, String payload) {
        ref++;
        socket.sendText("[\"1\",\"" + ref + "\",\"" + topic + "\",\"" + event + "\"," + payload + "]", true)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private void await(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            String reply = replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (reply == null || !reply.contains(OK)) {
                throw new IllegalStateException(
                        (reply == null ? "no reply" : reply) + " (expected: topics that are kept, and put there)");
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Replies implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                if (text.indexOf("\"phx_reply\"") >= 0) {
                    replies.add(text.toString());
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
