package chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.boot.json.JsonParserFactory;

/** A browser without a window: it has cookies, fills in forms, and talks over a WebSocket. */
final class ChatClient {
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final String CLOSED = "closed";

    private final HttpClient http = HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(Redirect.NEVER)
            .build();

    HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri("http", port, path)).build(), BodyHandlers.ofString());
    }

    /** Fills in the form of a page, and sends it. */
    HttpResponse<String> fill(int port, String page, String action, Map<String, String> fields)
            throws IOException, InterruptedException {
        Matcher csrf = CSRF.matcher(get(port, page).body());
        assertThat(csrf.find()).as("a CSRF token in the form of %s", page).isTrue();
        return post(port, action, fields, csrf.group(1));
    }

    HttpResponse<String> post(int port, String path, Map<String, String> fields, String csrf)
            throws IOException, InterruptedException {
        String form = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(uri("http", port, path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form + "&_csrf=" + URLEncoder.encode(csrf, StandardCharsets.UTF_8)))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    ChatClient comeIn(int port, String login, String password) throws IOException, InterruptedException {
        HttpResponse<String> answer = fill(port, "/login", "/login", Map.of("username", login, "password", password));
        assertThat(answer.headers().firstValue("location").orElse("")).endsWith("/");
        return this;
    }

    Line connect(int port) throws Exception {
        Line line = new Line();
        WebSocket socket = http.newWebSocketBuilder()
                .header("Origin", "http://127.0.0.1:" + port)
                .buildAsync(uri("ws", port, "/socket/websocket?vsn=2.0.0"), line)
                .get(20, TimeUnit.SECONDS);
        line.socket.complete(socket);
        return line;
    }

    private static URI uri(String scheme, int port, String path) {
        return URI.create(scheme + "://127.0.0.1:" + port + path);
    }

    /** A connection. */
    static final class Line implements WebSocket.Listener, AutoCloseable {
        private final BlockingQueue<List<Object>> came = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();
        private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();
        private int refs;

        /** Joins with parameters, and gives the response to that. */
        Map<?, ?> join(String topic, String params) throws InterruptedException {
            return push(topic, "phx_join", params);
        }

        /** Pushes, and gives the response. */
        Map<?, ?> push(String topic, String event, String payload) throws InterruptedException {
            String ref = String.valueOf(++refs);
            socket.join()
                    .sendText("[\"%s\",\"%s\",\"%s\",\"%s\",%s]".formatted(topic, ref, topic, event, payload), true)
                    .join();
            List<Object> reply = await(message -> ref.equals(message.get(1)) && "phx_reply".equals(message.get(3)));
            Map<?, ?> answer = (Map<?, ?>) reply.get(4);
            assertThat(answer.get("status")).as("%s", reply).isEqualTo("ok");
            return (Map<?, ?>) Objects.requireNonNull(answer.get("response"));
        }

        /** The payload of the next message of an event; what came before it is forgotten. */
        Map<?, ?> await(String topic, String event) throws InterruptedException {
            return (Map<?, ?>) await(message -> topic.equals(message.get(2)) && event.equals(message.get(3)))
                    .get(4);
        }

        /** Waits until the server has ended it. */
        void awaitEnd() throws InterruptedException {
            await(message -> CLOSED.equals(message.get(0)));
        }

        private List<Object> await(Predicate<List<Object>> wanted) throws InterruptedException {
            while (true) {
                List<Object> message = came.poll(20, TimeUnit.SECONDS);
                assertThat(message).as("a message, in time").isNotNull();
                if (wanted.test(message)) {
                    return message;
                }
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                came.add(JsonParserFactory.getJsonParser().parseList(part.toString()));
                part.setLength(0);
            }
            return WebSocket.Listener.super.onText(from, text, last);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            came.add(List.of(CLOSED, code, reason));
            return WebSocket.Listener.super.onClose(from, code, reason);
        }

        @Override
        public void close() {
            socket.join().abort();
        }
    }
}
