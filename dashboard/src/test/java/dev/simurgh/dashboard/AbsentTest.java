package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AbsentTest {
    private final VirtualClock clock = VirtualClock.create();
    private final Endpoint endpoint =
            Endpoint.builder().codec(JacksonCodec.create()).timers(clock).build();
    private final Absent absent = new Absent(endpoint);

    @AfterEach
    void close() {
        endpoint.close();
    }

    private Stream<String> attention(String... silent) {
        Map<String, Object> overview =
                Map.of("nodes", List.of(), "attention", List.of(Map.of("node", "a", "what", "crash")));
        return Rows.of(absent.told(overview, List.of(silent)), "attention").stream()
                .map(row -> row.get("what") + " " + row.get("node"));
    }

    @Test
    void aNodeThatDoesNotAnswerComesFirstAndStaysInTheTable() {
        assertThat(attention("b")).containsExactly("silent b", "crash a");
        assertThat(Rows.of(absent.told(Map.of(), List.of("b")), "nodes"))
                .containsExactly(Map.of("name", "b", "self", false, "answered", false));
    }

    @Test
    void aNodeThatHasGoneIsNamedForAWhileUnlessItComesBack() {
        absent.nodeDown(new NodeId("b", 1));
        absent.nodeDown(new NodeId("c", 1));
        assertThat(attention()).containsExactly("crash a", "gone b", "gone c");
        absent.nodeUp(new NodeId("b", 2));
        assertThat(attention()).containsExactly("crash a", "gone c");
        clock.advance(Absent.LATELY.plus(Duration.ofSeconds(1)));
        assertThat(attention()).containsExactly("crash a");
    }

    @Test
    void howManyHaveGoneIsBounded() {
        for (int i = 0; i < 100; i++) {
            absent.nodeDown(new NodeId("n" + i, 1));
        }
        assertThat(attention()).hasSize(20).contains("gone n98");
    }
}
