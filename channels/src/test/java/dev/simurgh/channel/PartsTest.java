package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.InMemoryCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartsTest {
    private final List<String> journal = new ArrayList<>();
    private final InMemoryCluster cluster = new InMemoryCluster();
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
            .channel(
                    "room:*",
                    spec -> spec.terminate((c, reason, socket) -> {
                        journal.add("terminate");
                        socket.broadcast("bye", Map.of());
                    }));

    private class Writing implements Part {
        private final String name;

        Writing(String name) {
            this.name = name;
        }

        @Override
        public void start(Endpoint endpoint) throws Exception {
            journal.add("start " + name + " on " + endpoint.node().self());
        }

        @Override
        public void draining() {
            journal.add("draining " + name);
        }

        @Override
        public void drained(DrainReport report) {
            journal.add("drained " + name + " " + report.connections());
        }

        @Override
        public void stop() {
            journal.add("stop " + name);
        }
    }

    private List<String> taken() {
        List<String> taken = List.copyOf(journal);
        journal.clear();
        return taken;
    }

    @Test
    void partsLiveWithinTheLifeOfTheEndpoint() {
        var other = Endpoint.builder().cluster(cluster.node("b@test")).build();
        other.pubsub().subscribe("room:1", rig.addLoop(), (Broadcast broadcast) -> journal.add(broadcast.event()));
        rig.endpoint(endpoint -> endpoint.cluster(cluster.node("a@test"))
                .part(new Writing("one"))
                .part(new Writing("two")));
        rig.connect().joined("1", "room:1");
        assertThat(taken()).containsExactly("start one on a@test", "start two on a@test");
        assertThat(rig.endpoint().drain()).isNotNull();
        rig.settle();
        assertThat(taken())
                .containsExactly("draining one", "draining two", "terminate", "bye", "drained one 1", "drained two 1");
        rig.endpoint().close();
        rig.endpoint().close();
        assertThat(taken()).containsExactly("stop two", "stop one");
        other.close();
    }

    @Test
    void aPartThatIsAddedTwiceStartsOnce() {
        Writing part = new Writing("one");
        rig.endpoint(endpoint -> endpoint.cluster(cluster.node("a@test"))
                .part(part)
                .part(new Writing("two"))
                .part(part));
        assertThat(rig.endpoint().isDraining()).isFalse();
        assertThat(taken()).containsExactly("start one on a@test", "start two on a@test");
    }

    @Test
    void whatAPartSendsWhileItStopsReachesOtherNodes() {
        var other = Endpoint.builder().cluster(cluster.node("b@test")).build();
        other.pubsub().subscribe("parts", rig.addLoop(), (Broadcast broadcast) -> journal.add(broadcast.event()));
        rig.endpoint(endpoint -> endpoint.cluster(cluster.node("a@test")).part(new Part() {
            private @Nullable Endpoint mine;

            @Override
            public void start(Endpoint endpoint) {
                mine = endpoint;
            }

            @Override
            public void stop() {
                Objects.requireNonNull(mine).broadcast("parts", "last words", Map.of());
            }
        }));
        rig.endpoint().close();
        rig.settle();
        assertThat(taken()).containsExactly("last words");
        assertThat(other.node().list()).isEmpty();
        other.close();
    }

    @Test
    void aPartThatDoesNotStartTakesBackTheEndpoint() {
        var builder = Endpoint.builder()
                .cluster(cluster.node("a@test"))
                .part(new Writing("one"))
                .part(new Writing("two") {
                    @Override
                    public void start(Endpoint endpoint) throws Exception {
                        throw new IOException("on purpose");
                    }

                    @Override
                    public String name() {
                        return "journal";
                    }
                })
                .part(new Writing("three"));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("part: journal did not start")
                .hasRootCauseMessage("on purpose");
        assertThat(taken()).containsExactly("start one on a@test", "stop one");
        var later = Endpoint.builder().cluster(cluster.node("a@test")).build(); // the name is free again
        later.close();
    }

    private record Knowing(Map<String, String> known) implements Part {
        @Override
        public Map<String, String> about(String topic) {
            if (known.isEmpty()) {
                throw new IllegalStateException("on purpose");
            }
            return known;
        }

        @Override
        public void start(Endpoint endpoint) {}

        @Override
        public void stop() {}
    }

    @Test
    void aPartThatFailsToTellOfATopicTakesNothingFromTheOthersAndDoesNotFillTheLog() {
        rig.endpoint(endpoint -> endpoint.part(new Knowing(Map.of("a", "1")))
                .part(new Knowing(Map.of()))
                .part(new Knowing(Map.of("b", "2"))));
        try (LogCapture log = new LogCapture(Level.ERROR)) {
            for (int looks = 0; looks < 100; looks++) {
                assertThat(rig.endpoint().backstage().about("room:1")).isEqualTo(Map.of("a", "1", "b", "2"));
            }
            assertThat(log.lines()).first().isEqualTo("ERROR about of part Knowing failed");
            assertThat(log.traces()).isOne();
            assertThat(log.lines()).hasSizeLessThan(30);
        }
    }

    @Test
    void whatAPartThrowsHurtsNeitherTheOthersNorTheEndpoint() {
        var bad = new Writing("bad") {
            @Override
            public String name() {
                throw new NoClassDefFoundError("on purpose");
            }

            @Override
            public void draining() {
                throw new NoClassDefFoundError("on purpose");
            }

            @Override
            public void drained(DrainReport report) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void stop() {
                throw new NoClassDefFoundError("on purpose");
            }
        };
        rig.endpoint(endpoint -> endpoint.part(new Writing("one")).part(bad).part(new Writing("two")));
        rig.connect().joined("1", "room:1");
        taken();
        try (LogCapture log = new LogCapture(Level.ERROR)) {
            var report = rig.endpoint().drain();
            rig.settle();
            assertThat(report).isCompleted();
            rig.endpoint().close();
            assertThat(log.lines())
                    .hasSize(3)
                    .first()
                    .isEqualTo("ERROR draining of part " + bad.getClass().getName() + " failed");
        }
        assertThat(taken())
                .containsExactly(
                        "draining one",
                        "draining two",
                        "terminate",
                        "drained one 1",
                        "drained two 1",
                        "stop two",
                        "stop one");
    }

    @Test
    void aPartSeesTheTimeOfTheEndpoint() {
        rig.endpoint(endpoint ->
                endpoint.part(made -> made.timers().schedule(Duration.ofHours(1), () -> journal.add("due"))));
        rig.endpoint();
        rig.advance(Duration.ofMinutes(59));
        assertThat(taken()).isEmpty();
        rig.advance(Duration.ofMinutes(1));
        assertThat(taken()).containsExactly("due");
    }
}
