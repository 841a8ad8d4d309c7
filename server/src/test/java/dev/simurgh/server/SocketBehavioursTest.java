package dev.simurgh.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.testkit.ChannelBehaviours;
import dev.simurgh.testkit.Peer;
import io.netty.util.LeakPresenceDetector;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** {@link ChannelBehaviours} over a socket of a server; the tests of the kit have them over the kit. */
@Timeout(60)
class SocketBehavioursTest extends ChannelBehaviours {
    private final Endpoint endpoint =
            Endpoint.builder().socket("/socket", socket).build();
    private final Server server =
            Server.builder(endpoint).host("127.0.0.1").port(0).eventLoops(2).start();
    private final List<RawClient> clients = new ArrayList<>();
    private int refs;

    @AfterEach
    void stop() throws Exception {
        clients.forEach(RawClient::close);
        server.stop().get(20, TimeUnit.SECONDS);
        endpoint.close();
        LeakPresenceDetector.check();
    }

    @Override
    protected Peer connect() {
        RawClient client = RawClient.webSocket(server.port(), TestServer.TARGET);
        clients.add(client);
        return new SocketPeer(client);
    }

    @Override
    protected String connect(Map<String, ?> params) {
        StringJoiner query = new StringJoiner("&", "&", "");
        params.forEach((name, value) -> add(name, value, query));
        RawClient client = new RawClient(server.port());
        clients.add(client);
        int status = client.upgrade(TestServer.TARGET + query).status();
        return status == 101 ? "ok" : String.valueOf(status);
    }

    private static void add(String name, Object value, StringJoiner query) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, member) -> add(name + "[" + key + "]", member, query));
        } else if (value instanceof List<?> list) {
            list.forEach(element -> add(name + "[]", element, query));
        } else {
            query.add(name + "="
                    + URLEncoder.encode((String) value, UTF_8)); // names as they are, for the line to be short
        }
    }

    @Override
    protected Endpoint endpoint() {
        return endpoint;
    }

    @Override
    protected void meant(String message) {} // the log has it

    private final class SocketPeer implements Peer {
        private final RawClient client;
        private final Map<String, String> joinRefs = new HashMap<>();

        SocketPeer(RawClient client) {
            this.client = client;
        }

        @Override
        public String join(String topic, String payload) {
            String ref = String.valueOf(++refs);
            joinRefs.put(topic, ref);
            message(ref, ref, topic, "phx_join", payload);
            return ref;
        }

        @Override
        public String push(String topic, String event, String payload) {
            String ref = String.valueOf(++refs);
            message(joinRef(topic), ref, topic, event, payload);
            return ref;
        }

        private String joinRef(String topic) {
            return Objects.requireNonNull(joinRefs.get(topic), topic);
        }

        private void message(String joinRef, String ref, String topic, String event, String payload) {
            client.text("[\"" + joinRef + "\",\"" + ref + "\",\"" + topic + "\",\"" + event + "\"," + payload + "]");
        }

        @Override
        public String push(String topic, String event, byte[] data) {
            String ref = String.valueOf(++refs);
            List<String> fields = List.of(joinRef(topic), ref, topic, event);
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.write(0);
            fields.forEach(field -> frame.write(field.getBytes(UTF_8).length));
            fields.forEach(field -> frame.writeBytes(field.getBytes(UTF_8)));
            frame.writeBytes(data);
            binary(frame.toByteArray());
            return ref;
        }

        @Override
        public void text(byte[] utf8) {
            client.send(RawClient.frame(RawClient.FIN | RawClient.TEXT, utf8));
        }

        @Override
        public void binary(byte[] frame) {
            client.send(RawClient.frame(RawClient.FIN | 2, frame));
        }

        @Override
        public String next() {
            RawClient.WsFrame frame = client.read();
            if (frame.opcode() == RawClient.CLOSE) {
                String reason = new String(frame.content(), 2, frame.content().length - 2, UTF_8);
                return ("closed " + frame.closeCode() + " " + reason).strip();
            }
            return frame.opcode() == RawClient.TEXT
                    ? frame.text()
                    : HexFormat.of().formatHex(frame.content());
        }

        @Override
        public void hangUp() {
            client.close();
        }
    }
}
