package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.pubsub.Metric;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What kept topics and their journal tell of themselves in numbers, and of a topic. */
class KeptMetricsTest {
    private static long read(List<Metric> all, String name) {
        return all.stream()
                .filter(metric -> metric.name().equals(name))
                .mapToLong(metric -> (long) metric.reading().getAsDouble())
                .sum();
    }

    @Test
    void theyAreWhatTheStatsSay() {
        try (KeptRig rig = KeptRig.simple()) {
            rig.subscribe("room:1");
            rig.done(rig.put("room:1", 1));
            rig.done(rig.put("room:1", 2));
            List<Metric> all = rig.endpoint.backstage().metrics();
            assertThat(read(all, "simurgh.kept.stored")).isEqualTo(2);
            assertThat(read(all, "simurgh.journal.stored")).isEqualTo(2);
            assertThat(read(all, "simurgh.kept.topics")).isEqualTo(1);
            assertThat(read(all, "simurgh.kept.tails"))
                    .isEqualTo(rig.kept.stats().tailBytes())
                    .isPositive();
            assertThat(read(all, "simurgh.kept.tails.max")).isEqualTo(32 << 20);
            rig.start("room:1");
            assertThat(read(all, "simurgh.kept.replays")).isEqualTo(1);
        }
    }

    @Test
    void aTopicTellsWhereItIsAndWhatOfItIsInMemory() {
        try (KeptRig rig = KeptRig.of(Retention.builder().maxEntries(2).build())) {
            rig.subscribe("room:1");
            Position first = rig.done(rig.put("room:1", 1));
            Map<String, String> about = rig.endpoint.backstage().about("room:1");
            assertThat(about)
                    .containsEntry("position", first.toString())
                    .containsEntry("tail_entries", "1")
                    .containsEntry("tail_first", first.toString());
            Position second = rig.done(rig.put("room:1", 2));
            Position third = rig.done(rig.put("room:1", 3));
            assertThat(rig.endpoint.backstage().about("room:1"))
                    .containsEntry("position", third.toString())
                    .containsEntry("tail_entries", "2")
                    .containsEntry("tail_first", second.toString())
                    .containsEntry("early_bytes", "0");
            assertThat(rig.endpoint.backstage().about("room:2"))
                    .as("nobody is there")
                    .isEmpty();
            assertThat(rig.endpoint.backstage().about("other")).as("not kept").isEmpty();
        }
    }

    /** A store whose writes hang until the test ends. */
    private static Store hanging(CountDownLatch begun, CountDownLatch end) {
        MemoryStore store = MemoryStore.create();
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("write")) {
                        begun.countDown();
                        end.await();
                    }
                    if (method.getName().equals("isBlocking")) {
                        return true;
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    @Timeout(30)
    void aJournalThatHangsHoldsUpNobodyWhoReads() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (Journal journal = Journal.builder(hanging(begun, end)).build()) {
            KeptTopics kept = KeptTopics.builder(journal)
                    .keep("room:*", Retention.forever())
                    .build();
            try (Endpoint endpoint =
                    Endpoint.builder().codec(new KeptRig.NoCodec()).part(kept).build()) {
                var stored = kept.broadcast("room:1", "put", KeptRig.ONE);
                assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
                List<Metric> all = endpoint.backstage().metrics();
                assertThat(all)
                        .allSatisfy(metric -> assertThat(metric.reading().getAsDouble())
                                .as(metric.name())
                                .isFinite()
                                .isNotNegative());
                assertThat(read(all, "simurgh.journal.waiting")).isPositive();
                assertThat(endpoint.backstage().about("room:1")).isNotNull();
                assertThat(stored).isNotDone();
                end.countDown();
                assertThat(stored).succeedsWithin(java.time.Duration.ofSeconds(10));
                assertThat(read(all, "simurgh.journal.waiting")).isZero();
            }
        } finally {
            end.countDown();
        }
    }

    @Test
    void eachJournalHasANameOfItsOwn() {
        try (KeptRig rig = KeptRig.simple()) {
            assertThat(rig.endpoint.backstage().metrics())
                    .filteredOn(metric -> metric.name().startsWith("simurgh.journal."))
                    .isNotEmpty()
                    .allSatisfy(metric -> assertThat(metric.tags()).containsEntry("journal", "kept"));
            assertThat(rig.journal.metrics("accounts"))
                    .allSatisfy(metric -> assertThat(metric.tags()).containsEntry("journal", "accounts"));
        }
    }
}
