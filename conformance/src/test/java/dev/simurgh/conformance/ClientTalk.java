package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simurgh.conformance.ClientLibrary.Ability;
import dev.simurgh.conformance.ClientUnderTest.Join;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One client library and one server while a case runs: its peers are the connections, and their topics the channels. */
final class ClientTalk implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Longer than a case: the replies that do not come are not seen as timeouts. */
    private static final Duration PUSH_TIMEOUT = Duration.ofMinutes(5);

    /** No name is used twice: what an earlier case left behind is not taken for news. */
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final ClientLibrary library;
    private final ClientUnderTest client;
    private final ServerProcess server;
    private final List<Peer> peers = new ArrayList<>();
    private final List<TopicTalk> others = new ArrayList<>();

    ClientTalk(ClientLibrary library, ClientUnderTest client, ServerProcess server) {
        this.library = library;
        this.client = client;
        this.server = server;
        client.sightings().forget();
    }

    ServerProcess server() {
        return server;
    }

    boolean can(Ability ability) {
        return library.can(ability);
    }

    /** A plain connection, which ends with the case. */
    TopicTalk with(TopicTalk other) {
        others.add(other);
        return other;
    }

    /** The plain connections of the case. */
    List<TopicTalk> others() {
        return others;
    }

    /** Who is on a topic, as the server has it. */
    JsonNode presences(String topic) throws Exception {
        return JSON.readTree(server.get("/presences", Map.of("topic", topic)));
    }

    Peer connect() {
        return connect("/socket", Map.of());
    }

    Peer connect(String path, Map<String, String> params) {
        Peer peer = new Peer("peer " + NAMES.incrementAndGet());
        peers.add(peer);
        client.connect(peer.name, server.url(path), params);
        return peer;
    }

    @Override
    public void close() {
        peers.forEach(peer -> client.disconnect(peer.name));
        others.forEach(TopicTalk::close);
    }

    private JsonNode await(String from, String what) throws InterruptedException {
        return await(from, what, LIMIT);
    }

    private JsonNode await(String from, String what, Duration limit) throws InterruptedException {
        try {
            return client.sightings().await(from, what, limit);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + client.diagnosis(), e);
        }
    }

    private static JsonNode json(Object payload) {
        return JSON.valueToTree(
                payload instanceof byte[] bytes
                        ? Map.of("$bytes", Base64.getEncoder().encodeToString(bytes))
                        : payload);
    }

    /** A connection. */
    final class Peer {
        private final String name;

        private Peer(String name) {
            this.name = name;
        }

        /** Joins, and listens to the events named. */
        Topic join(String topic, String... events) {
            return join(Join.to(topic, events));
        }

        /** Joins with a function for params, which counts its calls. */
        Topic joinCounted(String topic) {
            return join(new Join(topic, Map.of(), true, false, List.of()));
        }

        /** Joins, and shows who is there. */
        Topic joinPresences(String topic, Map<String, ?> params) {
            return join(new Join(topic, params, false, true, List.of()));
        }

        void sees(String what) throws InterruptedException {
            await(name, what);
        }

        void opensOver(String transport) throws InterruptedException {
            assertThat(await(name, "open").path("transport").asText()).isEqualTo(transport);
        }

        void neverSaw(String what) {
            assertThat(client.sightings().rest(name))
                    .as(() -> name + client.sightings().inspect())
                    .noneMatch(sighting -> sighting.what().equals(what));
        }

        private Topic join(Join join) {
            Topic made = new Topic("channel " + NAMES.incrementAndGet());
            client.join(name, made.name, join);
            return made;
        }

        /** Goes without a word to anybody but the server. */
        void disconnect() {
            peers.remove(this);
            client.disconnect(name);
        }
    }

    /** A channel as the client has it. */
    final class Topic {
        private final String name;

        private Topic(String name) {
            this.name = name;
        }

        /** Waits until it is in, anew after {@link #sees} has seen an error. */
        Topic joined() throws InterruptedException {
            await(name, "join ok");
            return this;
        }

        void joined(Object reply) throws InterruptedException {
            same("join ok", reply, library.can(Ability.REPLY_PAYLOAD));
        }

        void rejoinedWithin(Duration limit) throws InterruptedException {
            await(name, "join ok", limit);
        }

        void refused(Object reply) throws InterruptedException {
            same("join error", reply, true);
        }

        void push(String event, Object payload) {
            client.push(name, event, json(payload), PUSH_TIMEOUT);
        }

        void pushFor(Duration timeout, String event, Object payload) {
            client.push(name, event, json(payload), timeout);
        }

        void replies(String status, Object payload) throws InterruptedException {
            same("reply " + status, payload, library.can(Ability.REPLY_PAYLOAD));
        }

        void timesOut() throws InterruptedException {
            await(name, "reply timeout");
        }

        JsonNode receives(String event) throws InterruptedException {
            return await(name, "event " + event);
        }

        void receives(String event, Object payload) throws InterruptedException {
            same("event " + event, payload, true);
        }

        /** Waits until it shows these, by key with their metas, and nobody else; what it saw then. */
        JsonNode shows(PresenceList expected) throws InterruptedException {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            PresenceList last = PresenceList.NOBODY;
            while (true) {
                JsonNode seen;
                try {
                    seen = await(name, "presences", Duration.ofNanos(deadline - System.nanoTime()));
                } catch (AssertionError e) {
                    throw new AssertionError(
                            "shown at last: " + last + " (expected: " + expected + "): " + e.getMessage(), e);
                }
                last = PresenceList.in(seen.path("list"));
                if (last.equals(expected)) {
                    return seen;
                }
            }
        }

        /** Asks for an echo. What the server sent to this connection before has been seen by then. */
        void echoes() throws InterruptedException {
            push("echo", Map.of("back", true));
            replies("ok", Map.of("back", true));
        }

        void leave() {
            client.leave(name);
        }

        void sees(String what) throws InterruptedException {
            await(name, what);
        }

        /** Nothing came but what was awaited. */
        void sawNothingElse() {
            assertThat(client.sightings().rest(name))
                    .as(() -> name + client.sightings().inspect())
                    .isEmpty();
        }

        /** Whatever else it saw of its join. */
        void sawNoEvent() {
            assertThat(client.sightings().rest(name))
                    .as(() -> name + client.sightings().inspect())
                    .allMatch(Sighting::passing);
        }

        private void same(String what, Object expected, boolean told) throws InterruptedException {
            JsonNode payload = await(name, what);
            if (told) {
                assertThat(payload).as(what).isEqualTo(json(expected));
            }
        }
    }
}
