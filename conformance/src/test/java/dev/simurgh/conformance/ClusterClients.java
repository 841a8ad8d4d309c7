package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Clients of a cluster, real ones and plain ones, which listen to pings. */
final class ClusterClients implements AutoCloseable {
    private static final String TOPIC = "ping";
    private static final Duration JOIN = Duration.ofSeconds(30);
    private static final Duration PUSH_TIMEOUT = Duration.ofMinutes(5);

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("test-client", true), NioIoHandler.newFactory());
    private final List<Plain> plain = new ArrayList<>();
    private final List<String> prefix;
    private @Nullable ScriptedClient driver;
    private int made;

    /** Clients on this machine; the real ones are started by the command, if one is given. */
    ClusterClients(String... by) {
        prefix = List.of(by);
    }

    /** phoenix.js, connected to this port, joined, and answered. */
    ClusterClient phoenix(int port) throws IOException, InterruptedException {
        ScriptedClient running = driver;
        if (running == null) {
            List<String> command = new ArrayList<>(prefix);
            command.addAll(ClientTools.node("node.mjs", "phoenix"));
            running = new ScriptedClient(command);
            driver = running;
        }
        return new Phoenix(running, "phoenix.js " + ++made + " on " + port, port);
    }

    /** Plain clients, connected to this port, and joined. */
    List<ClusterClient> plain(int count, int port) {
        List<Plain> more = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            more.add(new Plain(group, "plain client " + ++made, port));
        }
        plain.addAll(more);
        NetworkRig.awaitUntil(() -> more.stream().allMatch(Plain::joined));
        return List.copyOf(more);
    }

    /** Whether all plain clients are joined. */
    boolean joined() {
        return plain.stream().allMatch(Plain::joined);
    }

    @Override
    public void close() {
        plain.forEach(client -> client.client.stop());
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        if (driver != null) {
            driver.close();
        }
    }

    private static final class Phoenix implements ClusterClient {
        private final ScriptedClient driver;
        private final String name;
        private final String socket;
        private final List<ClusterPing> pings = new ArrayList<>();

        Phoenix(ScriptedClient driver, String name, int port) throws InterruptedException {
            this.driver = driver;
            this.name = name;
            this.socket = name + " socket";
            driver.connect(socket, "ws://127.0.0.1:" + port + "/socket", Map.of());
            driver.join(socket, name, ClientUnderTest.Join.to(TOPIC, "send_ping"));
            driver.sightings().await(name, "join ok", JOIN);
            driver.push(name, "ping", JsonNodeFactory.instance.objectNode(), PUSH_TIMEOUT);
            awaitPong();
        }

        /** Pings may come before the answer. */
        private void awaitPong() {
            NetworkRig.awaitUntil(() -> driver.sightings().rest(name).stream()
                    .anyMatch(sighting -> sighting.what().equals("reply ok")
                            && sighting.payload().path("ping").asText().equals("pong")));
        }

        @Override
        public synchronized List<ClusterPing> pings() {
            driver.sightings().rest(name).stream()
                    .filter(sighting -> sighting.what().equals("event send_ping"))
                    .skip(pings.size())
                    .map(sighting -> ClusterPing.of(sighting.payload()))
                    .forEach(pings::add);
            return List.copyOf(pings);
        }

        @Override
        public void requestPing() {
            driver.push(name, "broadcast_request_ping", JsonNodeFactory.instance.objectNode(), PUSH_TIMEOUT);
        }

        /** With how its connection and its join fared. */
        @Override
        public String toString() {
            return name
                    + Stream.of(name, socket)
                            .flatMap(from -> driver.sightings().rest(from).stream())
                            .filter(Sighting::passing)
                            .toList()
                    + driver.diagnosis();
        }
    }

    private static final class Plain implements ClusterClient {
        private final String name;
        private final Queue<ClusterPing> pings = new ConcurrentLinkedQueue<>();
        private final ReturningClient client;

        Plain(EventLoopGroup group, String name, int port) {
            this.name = name;
            this.client = ReturningClient.start(group, port, this::received, TOPIC);
        }

        private void received(JsonNode message) {
            if (message.get(3).asText().equals("send_ping")) {
                pings.add(ClusterPing.of(message.get(4)));
            }
        }

        boolean joined() {
            return client.joined();
        }

        @Override
        public List<ClusterPing> pings() {
            return List.copyOf(pings);
        }

        @Override
        public void requestPing() {
            client.push(TOPIC, "broadcast_request_ping", "{}");
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
