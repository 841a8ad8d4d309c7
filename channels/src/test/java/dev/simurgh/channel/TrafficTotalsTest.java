package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes through connections is counted by socket and transport, and stays counted when an event loop ends. */
class TrafficTotalsTest {
    private final List<Metric> metrics = new ArrayList<>();
    private final TrafficTotals totals = new TrafficTotals(metrics::addAll);
    private final TrafficTotals.Kind kind = new TrafficTotals.Kind("/socket", "websocket");

    private double read(String name) {
        return metrics.stream()
                .filter(metric -> metric.name().equals(name))
                .findFirst()
                .orElseThrow()
                .reading()
                .getAsDouble();
    }

    @Test
    void eachKindHasItsMetricsOnceFromWhenItIsExpected() {
        totals.expect(kind);
        totals.begin(kind);
        totals.begin(kind);
        assertThat(metrics).hasSize(6).allSatisfy(metric -> {
            assertThat(metric.kind()).isEqualTo(Metric.Kind.COUNTER);
            assertThat(metric.tags()).isEqualTo(Map.of("socket", "/socket", "transport", "websocket"));
            assertThat(metric.reading().getAsDouble()).isZero();
        });
    }

    @Test
    void loopsAreSummedUpAlsoWhenTheyHaveEnded() {
        Traffic one = totals.begin(kind);
        Traffic two = totals.begin(kind);
        one.received(10);
        two.received(20);
        two.sent(3);
        two.delivered(4);
        two.delivered(5);
        assertThat(read("simurgh.received.messages")).isEqualTo(2);
        assertThat(read("simurgh.received.bytes")).isEqualTo(30);
        totals.end(kind, two);
        totals.end(kind, two); // harmless
        one.received(1);
        assertThat(read("simurgh.received.bytes")).isEqualTo(31);
        assertThat(read("simurgh.sent.messages")).isEqualTo(1);
        assertThat(read("simurgh.sent.bytes")).isEqualTo(3);
        assertThat(read("simurgh.delivered.messages")).isEqualTo(2);
        assertThat(read("simurgh.delivered.bytes")).isEqualTo(9);
    }

    @Test
    void anEndpointCountsOnWhenALoopIsForgotten() {
        Rig rig = new Rig(Setup.V2_ON_EVENT_LOOP);
        rig.channel("room:*", spec -> spec);
        var other = rig.addLoop();
        rig.connect().joined("1", "room:1");
        rig.connect(Vsn.V2, other, Map.of()).joined("1", "room:1");
        rig.endpoint().broadcast("room:1", "hi", Map.of());
        rig.settle();
        metrics.addAll(rig.endpoint().backstage().metrics());
        assertThat(read("simurgh.received.messages")).isEqualTo(2);
        assertThat(read("simurgh.sent.messages")).isEqualTo(2);
        assertThat(read("simurgh.delivered.messages")).isEqualTo(2);
        other.ended = true;
        rig.endpoint().backstage().forget(other);
        assertThat(read("simurgh.received.messages")).isEqualTo(2);
        assertThat(read("simurgh.delivered.messages")).isEqualTo(2);
    }
}
