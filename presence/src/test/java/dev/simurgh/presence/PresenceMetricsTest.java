package dev.simurgh.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.presence.TrackResult.Refusal;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.Metric;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a presence tells of itself in numbers, and of a topic. */
class PresenceMetricsTest {
    private final Rig rig = new Rig(options -> options.maxPerOwner(3));

    @AfterEach
    void close() {
        rig.close();
    }

    private static long read(Endpoint endpoint, String name, String... tag) {
        return endpoint.backstage().metrics().stream()
                .filter(metric -> metric.name().equals("simurgh.presence." + name))
                .filter(metric -> tag.length == 0 || tag[1].equals(metric.tags().get(tag[0])))
                .mapToLong(metric -> (long) metric.reading().getAsDouble())
                .sum();
    }

    @Test
    void theyAreWhatTheStatsSay() {
        PresenceOwner owner = rig.presence.owner();
        for (String key : List.of("a", "b", "c", "d")) {
            owner.track("t", key, Map.of());
        }
        rig.run();
        PresenceStats stats = rig.presence.stats();
        assertThat(read(rig.endpoint, "tracked"))
                .isEqualTo(3)
                .isEqualTo(stats.own().tracked());
        assertThat(read(rig.endpoint, "topics")).isEqualTo(1);
        assertThat(read(rig.endpoint, "memory")).isEqualTo(stats.own().bytes()).isPositive();
        assertThat(read(rig.endpoint, "memory.max")).isGreaterThan(stats.own().bytes());
        assertThat(read(rig.endpoint, "refused", "cause", "too_many")).isEqualTo(1);
        assertThat(read(rig.endpoint, "refused")).isEqualTo(1);
        assertThat(read(rig.endpoint, "diffs")).isEqualTo(stats.told().diffs());
        owner.close();
        rig.advance(Duration.ofMinutes(1));
        assertThat(read(rig.endpoint, "tracked")).isZero();
        assertThat(read(rig.endpoint, "memory")).isZero();
    }

    @Test
    void eachKindOfRefusalIsThereFromTheStart() {
        assertThat(rig.endpoint.backstage().metrics())
                .filteredOn(metric -> metric.name().equals("simurgh.presence.refused"))
                .hasSize(Refusal.values().length);
    }

    @Test
    void aTopicTellsWhoIsThereOfThisNodeAndOfOthers() {
        InMemoryCluster cluster = new InMemoryCluster();
        try (Rig here = new Rig(options -> options, cluster.node("a@test"));
                Rig there = new Rig(options -> options, cluster.node("b@test"))) {
            PresenceOwner owner = here.presence.owner();
            owner.track("t", "ann", Map.of("n", 1));
            there.presence.owner().track("t", "ann", Map.of("n", 2));
            there.presence.owner().track("t", "bob", Map.of());
            for (int i = 0; i < 5; i++) {
                here.advance(Duration.ofSeconds(1));
                there.advance(Duration.ofSeconds(1));
            }
            assertThat(here.endpoint.backstage().about("t"))
                    .isEqualTo(Map.of("present", "2", "metas_here", "1", "metas_elsewhere", "2"));
            assertThat(read(here.endpoint, "copied")).isEqualTo(2);
            assertThat(read(here.endpoint, "copies")).isPositive();
            assertThat(read(here.endpoint, "nodes")).isEqualTo(1);
            owner.update("t", "ann", Map.of("n", 3));
            owner.untrack("t", "ann");
            assertThat(here.endpoint.backstage().about("t"))
                    .isEqualTo(Map.of("present", "2", "metas_here", "0", "metas_elsewhere", "2"));
        }
        assertThat(rig.endpoint.backstage().about("nobody")).isEmpty();
    }

    @Test
    void severalOfAnEndpointAreToldApart() {
        try (Rig two = new Rig(options -> options.name("typing"))) {
            assertThat(two.endpoint.backstage().metrics())
                    .filteredOn(metric -> metric.name().startsWith("simurgh.presence."))
                    .isNotEmpty()
                    .allSatisfy(metric -> assertThat(metric.tags()).containsEntry("presence", "typing"));
            two.presence.owner().track("t", "a", Map.of());
            assertThat(two.endpoint.backstage().about("t")).containsEntry("typing present", "1");
        }
    }

    @Test
    @Timeout(20)
    void readingWaitsForNobodyWhoChangesSomething() throws InterruptedException {
        List<Metric> all = rig.presence.metrics();
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread holder = new Thread(() -> rig.presence.holdLock(() -> {
            locked.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        holder.start();
        assertThat(locked.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(all)
                .allSatisfy(metric -> assertThat(metric.reading().getAsDouble())
                        .as(metric.name())
                        .isNotNegative());
        end.countDown();
        holder.join();
    }
}
