package dev.simurgh.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.pubsub.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** How kept topics begin, agree with those of other nodes, and end. */
@SuppressWarnings("FutureReturnValueIgnored") // broadcasts whose answers a test does not look at
class KeptLifeTest {
    private static final NodeId OTHER = new NodeId("there@test", 3);
    private static final String ROOMS = "room:* " + Retention.forever() + "\n";

    private static void comes(KeptRig rig, String message) {
        rig.cluster.receiver().message(OTHER, Agreement.KIND, message.getBytes(StandardCharsets.UTF_8));
    }

    private static KeptRig clustered() {
        ManualTime time = new ManualTime();
        KeptRig rig = new KeptRig(time, new TestStore(), kept -> kept.keep("room:*", Retention.forever()));
        rig.cluster.others.add(OTHER);
        rig.cluster.receiver().nodeUp(OTHER);
        return rig;
    }

    @Test
    void aNodeTellsOthersWhatItKeepsAndWhere() {
        try (KeptRig rig = clustered()) {
            assertThat(rig.cluster.messages).containsExactly(Agreement.KIND + " identity\n" + ROOMS);
        }
    }

    @Test
    void thoseThatKeepTheSameSayNothing() {
        try (KeptRig rig = clustered()) {
            comes(rig, "identity\n" + ROOMS);
            comes(rig, "?\n" + ROOMS);
            assertThat(rig.lines()).noneMatch(line -> line.startsWith("ERROR"));
        }
    }

    @Test
    void otherTopicsAreAnErrorInTheLogOnce() {
        try (KeptRig rig = clustered()) {
            comes(rig, "identity\nroom:1 forever\n");
            comes(rig, "identity\nroom:1 forever\n");
            assertThat(rig.lines().stream().filter(line -> line.startsWith("ERROR")))
                    .containsExactly(
                            "ERROR node there@test keeps topics otherwise than this one: there\nroom:1 forever\nhere\n"
                                    + ROOMS
                                    + "(expected: the same KeptTopics.Builder.keep in the same order on all nodes)");
        }
    }

    @Test
    void anotherStoreIsAnErrorInTheLog() {
        try (KeptRig rig = clustered()) {
            comes(rig, "another\n" + ROOMS);
            assertThat(rig.lines())
                    .contains(
                            "ERROR node there@test keeps topics otherwise than this one: their store is another (expected: the same database on all nodes; a journal in memory is for one node alone)");
        }
    }

    @Test
    void itIsAPartOfOneEndpoint() {
        try (KeptRig rig = KeptRig.simple()) {
            assertThatThrownBy(() -> rig.kept.start(rig.endpoint))
                    .hasMessage("kept topics: part of two endpoints (expected: one KeptTopics for each)");
        }
    }

    @Test
    void whatWasTakenIsStoredBeforeTheEnd() throws Exception {
        TestStore store = new TestStore();
        try (KeptRig rig = new KeptRig(new ManualTime(), store, kept -> kept.keep("room:*", Retention.forever()))) {
            KeptRig.Inbox inbox = rig.subscribe("room:1");
            CompletableFuture<Position> put = rig.kept.broadcast("room:1", "put", KeptRig.ONE);
            FutureTask<Integer> stop = new FutureTask<>(() -> {
                rig.kept.stop();
                return store.entries("room:1").size();
            });
            Thread stopping = new Thread(stop);
            stopping.start();
            while (stopping.getState() != Thread.State.TIMED_WAITING && stopping.isAlive()) {
                Thread.onSpinWait();
            }
            rig.time.run();
            assertThat(stop.get()).isEqualTo(1);
            assertThat(put.join().offset()).isEqualTo(1);
            assertThat(inbox.offsets()).containsExactly(1L);

            CompletableFuture<Position> late = rig.put("room:1", 2);
            assertThatThrownBy(late::join).hasMessageContaining("not stored: the endpoint has ended");
            rig.pass(Duration.ofMinutes(1)); // nothing is left to do
        }
    }
}
