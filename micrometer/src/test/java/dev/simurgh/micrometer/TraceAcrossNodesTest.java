package dev.simurgh.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Joined;
import dev.simurgh.testkit.TestCluster;
import io.micrometer.observation.Observation;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** One trace, as OpenTelemetry sees it: from a client's push to the handlers of another node. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class TraceAcrossNodesTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final Map<String, String> TRACED = Map.of("traceparent", "00-" + TRACE + "-" + PARENT + "-01");

    private final TestCluster cluster = TestCluster.seed(1);
    private final boolean nonBlocking;
    private final Spans here = new Spans();
    private final Spans there = new Spans();
    private final ChannelCase a = node("a@test", here);
    private final ChannelCase b = node("b@test", there);

    TraceAcrossNodesTest(boolean nonBlocking) {
        this.nonBlocking = nonBlocking;
    }

    private ChannelCase node(String name, Spans spans) {
        return ChannelCase.builder()
                .clock(cluster.clock())
                .endpoint(endpoint -> endpoint.cluster(cluster.node(name)).part(ChannelObservations.of(spans.registry)))
                .build();
    }

    private Joined join(ChannelCase node, Spans spans, Map<String, String> params) {
        var room = Room.spec(spans.registry);
        return node.connect(Room.socket((nonBlocking ? room.nonBlocking() : room).build()), params)
                .join("room:1");
    }

    private void settle() {
        cluster.clock().advance(Duration.ofMillis(10));
        a.settle();
        b.settle();
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @Test
    void aPushABroadcastAndTheHandlersOfAllNodesAreOneTrace() {
        Joined sender = join(a, here, Map.of());
        Joined receiver = join(b, there, Map.of());
        settle();
        sender.push("shout", TRACED);
        settle();
        receiver.assertPush("shouted", Map.of("a", 1));

        SpanData handleIn = here.only("handleIn shout");
        SpanData broadcast = here.only("broadcast");
        SpanData handleOut = there.only("handleOut shouted");
        assertThat(handleIn.getTraceId()).isEqualTo(TRACE);
        assertThat(handleIn.getParentSpanId()).isEqualTo(PARENT);
        assertThat(handleIn.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(handleIn.getAttributes().get(AttributeKey.stringKey("channel")))
                .isEqualTo("room:*");
        assertThat(broadcast.getTraceId()).isEqualTo(TRACE);
        assertThat(broadcast.getParentSpanId()).isEqualTo(handleIn.getSpanId());
        assertThat(broadcast.getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(handleOut.getTraceId()).isEqualTo(TRACE);
        assertThat(handleOut.getParentSpanId()).isEqualTo(broadcast.getSpanId());
        assertThat(handleOut.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(here.only("handleOut shouted").getParentSpanId()).isEqualTo(broadcast.getSpanId());
    }

    @Test
    void whatAConnectionDoesIsInTheTraceOfItsConnect() {
        Joined room = join(a, here, TRACED);
        room.push("later");
        cluster.clock().advance(Duration.ofSeconds(1));
        for (String name : new String[] {"connect", "join", "afterJoin", "handleIn later"}) {
            assertThat(here.only(name).getTraceId()).as(name).isEqualTo(TRACE);
            assertThat(here.only(name).getParentSpanId()).as(name).isEqualTo(PARENT);
        }
        assertThat(here.only("send").getParentSpanId())
                .isEqualTo(here.only("handleIn later").getSpanId());
        assertThat(here.all().stream().filter(span -> span.getName().equals("handleInfo")))
                .as("a message to itself goes on, a timer begins anew")
                .hasSize(2)
                .anyMatch(
                        span -> span.getParentSpanId().equals(here.only("send").getSpanId()))
                .anyMatch(span -> !span.getTraceId().equals(TRACE)
                        && !span.getParentSpanContext().isValid());
    }

    @Test
    void withoutATraceOfItsClientACallbackBeginsOne() {
        Joined room = join(a, here, Map.of("traceparent", "00-" + TRACE + "-0000000000000000-01"));
        room.push("say", Map.of("traceparent", "x".repeat(100_000)));
        assertThat(here.all()).hasSize(4).noneMatch(span -> span.getTraceId().equals(TRACE));
        assertThat(here.all().stream().map(SpanData::getTraceId).distinct()).hasSize(4);
        assertThat(here.all()).noneMatch(span -> span.getParentSpanContext().isValid());
    }

    @Test
    void anErrorIsOfItsSpan() {
        Joined room = join(a, here, Map.of());
        room.push("throw", TRACED);
        room.assertCrashed(IllegalStateException.class);
        SpanData handleIn = here.only("handleIn throw");
        assertThat(handleIn.getTraceId()).isEqualTo(TRACE);
        assertThat(handleIn.getEvents()).anyMatch(event -> event.getName().equals("exception"));
        assertThat(handleIn.getAttributes().get(AttributeKey.stringKey("outcome")))
                .isEqualTo("crashed");
    }

    @Test
    void whatTheApplicationBroadcastsGoesOnInItsOwnTrace() {
        Joined receiver = join(b, there, Map.of());
        settle();
        Observation.createNotStarted("request", here.registry)
                .observe(() -> a.endpoint().broadcast("room:1", "shouted", Map.of("a", 1)));
        settle();
        receiver.assertPush("shouted", Map.of("a", 1));
        SpanData request = here.only("request");
        assertThat(here.only("broadcast").getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(there.only("handleOut shouted").getTraceId()).isEqualTo(request.getTraceId());
        assertThat(there.only("handleOut shouted").getParentSpanId())
                .isEqualTo(here.only("broadcast").getSpanId());
    }
}
