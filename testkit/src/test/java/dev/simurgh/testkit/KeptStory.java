package dev.simurgh.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.Entry;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.protocol.Serializers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One seed's history of nodes, clients and mishaps: see {@link KeptModelTest}. */
final class KeptStory implements AutoCloseable {
    private static final String TOPIC = "kept:1";
    private static final List<String> NAMES = List.of("a@host", "b@host", "c@host");
    private static final SocketSpec SPEC = SocketSpec.builder()
            .channel("kept:*", ChannelSpec.builder(Object::new).build())
            .build();

    private final Random random;
    private final boolean mayLose;
    private final VirtualClock clock = VirtualClock.create();
    private final TestCluster cluster;
    private final StoreThatGoesAway store;
    private final List<Journal> journals = new ArrayList<>();
    private final List<KeptTopics> kept = new ArrayList<>();
    private final List<ChannelCase> nodes = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Map<Integer, CompletableFuture<Position>> puts = new LinkedHashMap<>();
    private final List<String> told = new ArrayList<>();
    private boolean split;
    private int number;

    KeptStory(long seed, Retention retention, boolean mayLose) {
        this.mayLose = mayLose;
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        store = new StoreThatGoesAway(MemoryStore.builder().timers(clock).build());
        cluster = TestCluster.seed(seed, clock)
                .delay(ofMillis(0), ofMillis(1 + random.nextInt(80)))
                .lose(random.nextInt(3) * 0.1)
                .duplicate(random.nextInt(3) * 0.1);
        NAMES.forEach(name -> start(name, retention));
        for (String from : NAMES) {
            NAMES.stream()
                    .filter(to -> !to.equals(from))
                    .forEach(to -> cluster.reorder(from, to, random.nextBoolean()));
        }
        for (int i = 0; i < 4; i++) {
            clients.add(new Client("client " + i));
        }
    }

    private void start(String name, Retention retention) {
        int slowest = 1 + random.nextInt(60);
        Journal journal = Journal.builder(store)
                .timers(clock)
                .executor(task -> clock.schedule(ofMillis(random.nextInt(slowest)), task))
                .build();
        KeptTopics topics =
                KeptTopics.builder(journal).keep("kept:*", retention).build();
        journals.add(journal);
        kept.add(topics);
        nodes.add(ChannelCase.builder()
                .clock(clock)
                .endpoint(endpoint -> endpoint.cluster(cluster.node(name)).part(topics))
                .build());
    }

    void step() {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> put(1 + random.nextInt(5));
            case 4, 5 -> client().connect();
            case 6 -> client().cut();
            case 7 -> splitOrHeal();
            case 8 -> store.away = random.nextInt(3) == 0;
            default -> clock.advance(ofMillis(random.nextInt(200)));
        }
    }

    private Client client() {
        return clients.get(random.nextInt(clients.size()));
    }

    private void put(int times) {
        for (int i = 0; i < times; i++) {
            int n = ++number;
            int node = random.nextInt(nodes.size());
            if (random.nextInt(4) == 0) {
                nodes.get(node).endpoint().broadcast(TOPIC, "put", payload(n));
            } else {
                puts.put(n, kept.get(node).broadcast(TOPIC, "put", payload(n)));
            }
        }
    }

    private static Payload payload(int n) {
        return Payload.json("{\"n\":" + n + "}");
    }

    private void splitOrHeal() {
        if (split) {
            cluster.heal();
        } else {
            cluster.partition(Set.of(NAMES.get(random.nextInt(NAMES.size()))));
        }
        split = !split;
    }

    /** Everything works again, everybody comes back, and time passes. */
    void calmDown() {
        store.away = false;
        cluster.heal().lose(0).duplicate(0);
        clock.advance(ofSeconds(6));
        for (int i = 0; i < 3; i++) {
            clients.forEach(Client::connect);
            clock.advance(ofSeconds(8));
        }
    }

    void check() {
        Map<Long, Entry> all = new TreeMap<>();
        store.read(TOPIC, 0, Integer.MAX_VALUE, Long.MAX_VALUE)
                .entries()
                .forEach(entry -> all.put(entry.position().offset(), entry));
        long head = store.standing(TOPIC, Optional.empty()).head().offset();
        puts.forEach((n, put) -> assertThat(put).as("put " + n).isDone());
        Map<Long, String> stored = new HashMap<>();
        all.forEach((offset, entry) -> stored.put(offset, entry.position() + " " + entry.payload()));
        puts.forEach((n, put) -> {
            if (!put.isCompletedExceptionally() && all.containsKey(put.join().offset())) {
                assertThat(stored.get(put.join().offset())).isEqualTo(put.join() + " " + payload(n));
            }
        });
        for (Client client : clients) {
            assertThat(client.joined).as(client.name + " is joined").isTrue();
            assertThat(client.offset).as(client.name + " is at the head").isEqualTo(head);
            client.got.forEach((offset, got) -> {
                if (stored.containsKey(offset)) {
                    assertThat(got).as(client.name).isEqualTo(stored.get(offset));
                }
            });
        }
    }

    int seen() {
        return clients.stream().mapToInt(client -> client.got.size()).sum();
    }

    List<String> told() {
        return told;
    }

    @Override
    public void close() {
        nodes.forEach(ChannelCase::close);
        journals.forEach(Journal::close);
    }

    /** One that remembers where it is, as the recipe for phoenix.js does. */
    private final class Client {
        private final String name;
        private final Map<Long, String> got = new TreeMap<>();
        private @Nullable Connected connection;
        private @Nullable String position;
        private long offset;
        private boolean joined;

        Client(String name) {
            this.name = name;
        }

        void connect() {
            if (joined) {
                return;
            }
            cut();
            connection = nodes.get(random.nextInt(nodes.size())).connect(SPEC);
            Connected mine = connection;
            mine.overhear(frame -> {
                if (mine == connection) {
                    hear(frame);
                }
            });
            String since = position == null ? "{}" : "{\"position\":\"" + position + "\"}";
            mine.tryJoin(TOPIC, Payload.json(since)).join.inbox.came(item -> true);
            tell("joins " + since);
        }

        void cut() {
            if (connection != null) {
                Connected gone = connection;
                connection = null;
                joined = false;
                gone.close();
                tell("is cut");
            }
        }

        private void hear(Frame frame) {
            Message message = Serializers.V2.decodeText(frame.bytes(), 0, frame.length());
            tell("hears " + message.event() + " " + message.ref().text() + " " + message.payload());
            switch (message.event()) {
                case Protocol.PHX_REPLY -> answered(Json.members(Json.text((Payload.Json) message.payload())));
                case Protocol.PHX_ERROR, Protocol.PHX_CLOSE -> joined = false;
                default -> next(message.ref().text(), message.payload());
            }
        }

        private void answered(Map<String, String> reply) {
            joined = Objects.equals(reply.get("status"), "\"ok\"");
            if (!joined) {
                return;
            }
            Map<String, String> response = Json.members(Objects.requireNonNull(reply.get("response")));
            String begins = String.valueOf(Json.parse(Objects.requireNonNull(response.get("position"))));
            String recovered = response.get("recovered");
            if (position == null) {
                assertThat(recovered).isNull();
            } else if (mayLose) {
                assertThat(recovered).isIn("true", "false");
            } else {
                assertThat(recovered).as(name + " recovers from " + position).isEqualTo("true");
            }
            if ("true".equals(recovered)) {
                assertThat(begins).isEqualTo(position);
            }
            at(begins);
        }

        private void next(String ref, Payload payload) {
            long before = offset;
            at(ref);
            assertThat(offset).as(name + " gets the next").isEqualTo(before + 1);
            String has = got.put(offset, ref + " " + payload);
            assertThat(has).as(name + " gets it once").isNull();
        }

        private void at(String there) {
            position = there;
            offset = Position.parse(there).orElseThrow().offset();
        }

        private void tell(String what) {
            told.add(clock.now() + " " + name + " " + what.replaceAll("[0-9a-z]+:(\\d)", "e:$1"));
        }
    }
}
