package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A long-poll session that takes the place of a WebSocket: the upgrade makes the session, each frame is a POST, and a thread polls for
 * what comes. So scenarios that were recorded over WebSocket can be replayed over long polling.
 */
final class PollingConnection implements Connection {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What an upgrade is answered with, to the key of RFC 6455, section 1.3. */
    private static final Map<String, String> UPGRADED = Map.of(
            "upgrade", "websocket", "connection", "upgrade", "sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    private final Arrivals arrivals;
    private final int port;
    private final String target;
    private final Map<String, String> headers;
    private final LastFrames last = new LastFrames();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile String token = "";
    private volatile boolean closed;

    private PollingConnection(HttpMessage upgrade, int port, Arrivals arrivals) {
        this.arrivals = arrivals;
        this.port = port;
        this.target = upgrade.firstLine().split(" ", 3)[1].replace("/websocket", "/longpoll");
        this.headers = new LinkedHashMap<>(upgrade.headers());
        headers.keySet()
                .removeIf(name -> name.equals("Upgrade") || name.equals("Connection") || name.startsWith("Sec-"));
    }

    /** Makes a session in the place of an upgrade; any other request goes as it is. */
    static Connection request(HttpMessage request, int port, Arrivals arrivals) {
        if (!request.headers().getOrDefault("Upgrade", "").equals("websocket")) {
            return TcpConnection.request(request, port, arrivals);
        }
        PollingConnection connection = new PollingConnection(request, port, arrivals);
        Thread poller = new Thread(connection::live, "replay-poller");
        poller.setDaemon(true);
        poller.start();
        return connection;
    }

    /** Creates the session, and polls until it or this side ends. */
    private void live() {
        String how = "the session has ended";
        try {
            JsonNode made = exchange("GET", Map.of(), "");
            boolean accepted = made.path("status").asInt() == 410;
            token = made.path("token").asText();
            arrived(new Received.Answer(new HttpMessage(
                    accepted ? "HTTP/1.1 101 in the place of an upgrade" : "HTTP/1.1 403 in the place of an upgrade",
                    accepted ? UPGRADED : Map.of(),
                    "")));
            int status = accepted ? 200 : 403;
            while (status == 200 || status == 204) {
                JsonNode polled = exchange("GET", Map.of(), "");
                status = polled.path("status").asInt();
                polled.path("messages").forEach(message -> arrived(new Received.Frame(frame(message.textValue()))));
            }
        } catch (IOException e) {
            how = e.toString();
        }
        arrived(new Received.TcpEnd(how));
    }

    private static WireFrame frame(String message) {
        boolean text = message.startsWith("[") || message.startsWith("{");
        byte[] bytes = text
                ? message.getBytes(StandardCharsets.UTF_8)
                : Base64.getDecoder().decode(message);
        return new WireFrame(true, 0, text ? WireFrame.TEXT : WireFrame.BINARY, bytes);
    }

    @Override
    public void send(WireFrame frame, boolean masked) {
        last.remember("> " + frame.show());
        boolean binary = frame.opcode() == WireFrame.BINARY;
        String body = binary ? Base64.getEncoder().encodeToString(frame.payload()) : frame.text();
        String type = binary ? "application/x-ndjson" : "application/json";
        try {
            int status = exchange("POST", Map.of("Content-Type", type), body)
                    .path("status")
                    .asInt();
            if (status != 200) {
                last.remember("< status " + status);
            }
        } catch (IOException e) {
            last.remember("> not sent: " + e);
        }
    }

    @Override
    public void send(byte[] bytes, String shown) {
        throw new UnsupportedOperationException("raw: a long-poll session has no stream");
    }

    private JsonNode exchange(String method, Map<String, String> more, String body) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        all.put("Connection", "close");
        if (!token.isEmpty()) {
            all.put("X-Phoenix-Longpoll-Token", token);
        }
        if (method.equals("POST")) {
            all.put("Content-Length", String.valueOf(body.getBytes(StandardCharsets.UTF_8).length));
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            open.add(socket);
            if (closed) {
                throw new IOException("closed");
            }
            socket.getOutputStream().write(new HttpMessage(method + " " + target + " HTTP/1.1", all, body).encode());
            HttpMessage answer = HttpMessage.read(new BufferedInputStream(socket.getInputStream()), false)
                    .orElseThrow(() -> new IOException("no answer to " + method));
            return JSON.readTree(answer.body());
        } finally {
            open.removeIf(Socket::isClosed);
        }
    }

    private void arrived(Received received) {
        last.remember("< " + received.show());
        arrivals.add(this, received);
    }

    @Override
    public boolean upgraded() {
        return !token.isEmpty();
    }

    @Override
    public boolean closed() {
        return closed;
    }

    @Override
    public List<String> last() {
        return last.shown();
    }

    @Override
    public void close() {
        closed = true;
        for (Socket socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                last.remember("> not closed: " + e.getMessage());
            }
        }
    }
}
