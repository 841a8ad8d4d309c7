package dev.simurgh.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.SerialLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On threads that do as they like: who reads or joins while others track. More rounds by {@code -Dsimurgh.presence.rounds=5000}. */
class RaceTest {
    private static final int ROUNDS = Integer.getInteger("simurgh.presence.rounds", 500);
    private static final String TOPIC = "room:1";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Presence presence = Presence.builder().build();

    private Endpoint start(Duration interval) {
        presence = Presence.builder()
                .diffInterval(interval)
                .maxPerOwner(10_000)
                .changesPerSecond(10_000_000)
                .build();
        return Endpoint.builder().part(presence).build();
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void whoIsUpdatedIsNeverAwayForWhoeverReads() throws Exception {
        try (Endpoint endpoint = start(Duration.ofMillis(50))) {
            assertThat(endpoint.connectionCount()).isZero();
            PresenceOwner owner = presence.owner();
            owner.track(TOPIC, "a", Map.of("n", 0));
            presence.owner().track(TOPIC, "b", Map.of());
            AtomicBoolean over = new AtomicBoolean();
            Future<Integer> reads = threads.submit(() -> {
                int n = 0;
                for (; !over.get() || n == 0; n++) {
                    assertThat(presence.list(TOPIC)).containsOnlyKeys("a", "b");
                    assertThat(presence.get(TOPIC, "a")).hasSize(1);
                    assertThat(presence.count(TOPIC)).isEqualTo(2);
                }
                return n;
            });
            for (int n = 1; n <= 100_000; n++) {
                owner.update(TOPIC, "a", Map.of("n", n));
            }
            over.set(true);
            assertThat(reads.get(10, TimeUnit.SECONDS)).isPositive();
        }
    }

    /** Some come, change and go, in no order, until it is over; what stays is a list that must be the same for everybody. */
    private final class Crowd {
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Future<?>> members = new ArrayList<>();

        Crowd(int count) {
            for (int i = 0; i < count; i++) {
                Random random = new Random(i);
                members.add(threads.submit(() -> live(random)));
            }
        }

        private void live(Random random) {
            List<PresenceOwner> mine = new ArrayList<>();
            while (!over.get()) {
                String key = "key" + random.nextInt(40);
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        PresenceOwner owner = presence.owner();
                        owner.track(TOPIC, key, Map.of());
                        mine.add(owner);
                    }
                    case 2 -> mine.forEach(owner -> owner.update(TOPIC, key, Map.of("x", 1)));
                    default -> {
                        mine.forEach(PresenceOwner::close);
                        mine.clear();
                    }
                }
            }
        }

        void rest() throws Exception {
            over.set(true);
            for (Future<?> member : members) {
                member.get(10, TimeUnit.SECONDS);
            }
        }
    }

    /** Clients join, and join again, in the middle of it, as fast as they can; when it is over each has the list of the server. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theListOfWhoJoinsOrJoinsAgainMeanwhileIsThatOfTheServer(int millis) throws Exception {
        try (Endpoint endpoint = start(Duration.ofMillis(millis))) {
            for (int left = ROUNDS; left > 0; left -= 50) {
                Crowd crowd = new Crowd(3);
                List<RoomClient> clients = new ArrayList<>();
                List<CompletableFuture<Void>> given = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    EventLoop loop = SerialLoop.on(threads);
                    RoomClient client = new RoomClient(endpoint, TOPIC, loop);
                    clients.add(client);
                    given.add(join(client, loop));
                    if (i % 3 == 0) {
                        given.add(given.get(given.size() - 1)
                                .thenRunAsync(client::rejoins, loop)
                                .thenComposeAsync(
                                        any -> join(client, loop), threads)); // as a channel does, on no event loop
                    }
                }
                crowd.rest();
                CompletableFuture.allOf(given.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
                allHasBeenTold(endpoint);
                Map<String, ?> truth = RoomClient.list(presence, TOPIC);
                for (RoomClient client : clients) {
                    assertThat(client.listOnItsLoop().get(10, TimeUnit.SECONDS)).isEqualTo(truth);
                    client.leaves();
                }
            }
        }
    }

    private CompletableFuture<Void> join(RoomClient client, EventLoop loop) {
        CompletableFuture<Void> given = new CompletableFuture<>();
        presence.giveState(
                TOPIC,
                all -> loop.execute(() -> {
                    client.state(all);
                    given.complete(null);
                }));
        return given;
    }

    /** A state in which somebody is, who has come last. */
    private void allHasBeenTold(Endpoint endpoint) throws Exception {
        String last = presence.owner().track(TOPIC, "last", Map.of()).ref().orElseThrow();
        Map<?, ?> told = Map.of();
        while (!told.toString().contains(last)) {
            told = presence.state(TOPIC).get(10, TimeUnit.SECONDS).as(Map.class, endpoint.codec());
        }
    }

    @Test
    void roomsThatComeAndGoLoseNobodyAndNoneIsLeft() throws Exception {
        try (Endpoint endpoint = start(Duration.ofMillis(1))) {
            List<Future<?>> owners = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String key = "key" + i;
                owners.add(threads.submit(() -> {
                    for (int round = 0; round < 5_000; round++) {
                        String topic = "room:" + round % 3;
                        PresenceOwner owner = presence.owner();
                        owner.track(topic, key, Map.of());
                        assertThat(presence.get(topic, key)).hasSize(1);
                        assertThat(presence.count(topic)).isPositive();
                        owner.close();
                        assertThat(presence.get(topic, key)).isEmpty();
                    }
                }));
            }
            for (Future<?> owner : owners) {
                owner.get(30, TimeUnit.SECONDS);
            }
            assertThat(endpoint.pubsub().subscriptionCount()).isZero();
            assertThat(presence.roomCount()).isZero();
        }
    }
}
