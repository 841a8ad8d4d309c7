package dev.simurgh.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.pubsub.InMemoryCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Several nodes in real time, on real threads, with everybody tracking at once. */
class PresenceThreadsTest {
    private static final int ROUNDS = 400;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final InMemoryCluster cluster = new InMemoryCluster();
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final List<Presence> presences = new ArrayList<>();

    private Presence start(String name) {
        Presence presence = Presence.builder()
                .changesPerSecond(1_000_000)
                .replication(
                        new ReplicationOptions(64 << 20, Duration.ofSeconds(60), 16 * 50, 2_000, Duration.ofMillis(1)))
                .build();
        presences.add(presence);
        endpoints.add(
                Endpoint.builder().cluster(cluster.node(name)).part(presence).build());
        return presence;
    }

    /** Tracks, changes and ends by chance; some stay. */
    private static Void act(Presence presence, int seed) {
        Random random = new Random(seed);
        PresenceOwner stays = presence.owner();
        for (int i = 0; i < ROUNDS; i++) {
            String key = "k" + random.nextInt(20);
            PresenceOwner owner = random.nextInt(4) == 0 ? presence.owner() : stays;
            owner.track("t", key, Map.of("i", i));
            owner.update("t", key, Map.of("i", -i));
            if (owner == stays) {
                owner.untrack("t", "k" + random.nextInt(20));
            } else if (random.nextInt(10) > 0) {
                owner.close();
            }
        }
        return null;
    }

    private static Map<String, Set<String>> refs(Presence presence) {
        Map<String, Set<String>> refs = new TreeMap<>();
        presence.list("t")
                .forEach((key, metas) ->
                        refs.put(key, metas.stream().map(Meta::ref).collect(Collectors.toSet())));
        return refs;
    }

    @Test
    void allNodesHaveTheSameListWhenAllAreDone() throws Exception {
        List.of("a@h", "b@h", "c@h").forEach(this::start);
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Presence presence = presences.get(i % 3);
            int seed = i;
            Callable<Void> work = () -> act(presence, seed);
            all.add(threads.submit(work));
        }
        all.add(threads.submit(() -> start("late@h").owner().track("t", "late", Map.of())));
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (presences.stream().map(PresenceThreadsTest::refs).distinct().count() > 1 && System.nanoTime() < until) {
            LockSupport.parkNanos(1_000_000);
        }
        for (Presence presence : presences) {
            assertThat(refs(presence)).isEqualTo(refs(presences.get(0))).containsKey("late");
        }
        int tracked = presences.stream()
                .mapToInt(presence -> presence.stats().own().tracked())
                .sum();
        for (Presence presence : presences) {
            assertThat(presence.stats().own().tracked() + presence.stats().copied())
                    .isEqualTo(tracked);
        }
        endpoints.remove(3).close();
        until = System.nanoTime() + PATIENCE.toNanos();
        while (presences.get(0).list("t").containsKey("late") && System.nanoTime() < until) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(presences.get(0).list("t")).doesNotContainKey("late");
        endpoints.forEach(Endpoint::close);
    }

    /** A reader of a copy sees the old meta or the new one, whenever it looks. */
    @Test
    void whoIsUpdatedIsNeverMissingOnAnotherNode() throws Exception {
        List.of("a@h", "b@h").forEach(this::start);
        PresenceOwner owner = presences.get(0).owner();
        owner.track("t", "k", Map.of("i", 0));
        Presence there = presences.get(1);
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (there.get("t", "k").isEmpty() && System.nanoTime() < until) {
            LockSupport.parkNanos(1_000_000);
        }
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<?> updates = thread.submit(() -> {
            for (int i = 1; i <= 20_000; i++) {
                owner.update("t", "k", Map.of("i", i));
            }
        });
        int missed = 0;
        while (!updates.isDone()) {
            missed += there.get("t", "k").size() == 1 ? 0 : 1;
        }
        thread.shutdown();
        updates.get();
        assertThat(missed).isZero();
        endpoints.forEach(Endpoint::close);
    }
}
