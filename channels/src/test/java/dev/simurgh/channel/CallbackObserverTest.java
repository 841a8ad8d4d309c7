package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.spi.CallbackObserver;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.InMemoryCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who stands around callbacks, and where a trace goes on. */
@ParameterizedClass
@EnumSource(Setup.class)
class CallbackObserverTest {
    private static final String ONE = "{\"traceparent\":\"" + RecordingObserver.traceparent(1) + "\"}";

    record Num(int number) {}

    private final RecordingObserver observer = new RecordingObserver();
    private final Rig rig;

    CallbackObserverTest(Setup setup) {
        rig = new Rig(setup)
                .endpoint(builder -> builder.part(observer))
                .socket(socket ->
                        socket.connect(request -> switch (request.param("as").orElse("")) {
                            case "nobody" -> ConnectResult.refuse();
                            case "trouble" -> throw new IllegalStateException("no connect");
                            default -> ConnectResult.ok();
                        }))
                .channel("room:*", CallbackObserverTest::room);
    }

    private static ChannelSpec.Builder<Object> room(ChannelSpec.Builder<Object> spec) {
        return spec.join(Map.class, (c, params, socket) -> {
                    socket.send("sent in join");
                    return params.containsKey("no") ? JoinResult.error() : JoinResult.ok();
                })
                .handleIn("ok", (c, socket) -> Result.ok(Map.of()))
                .handleIn("num", Num.class, (c, num, socket) -> Result.noReply())
                .handleIn("error", (c, socket) -> Result.error(Map.of()))
                .handleIn("throw", (c, socket) -> {
                    throw new IllegalStateException("no handler");
                })
                .handleIn("stop", (c, socket) -> Result.stop())
                .handleIn("later", (c, socket) -> {
                    socket.send("now");
                    socket.sendAfter(Duration.ofSeconds(1), "later");
                    return Result.noReply();
                })
                .handleIn("shout", (c, socket) -> {
                    socket.broadcast("shouted", Map.of("a", 1));
                    return Result.noReply();
                })
                .handleAny((c, message, socket) -> Result.noReply())
                .handleOut("shouted", Map.class, (c, all, socket) -> {
                    socket.push("shouted", all);
                    return Result.noReply();
                })
                .handleInfo(String.class, (c, text, socket) -> Result.noReply())
                .handleInfo(Broadcast.class, (c, broadcast, socket) -> Result.noReply())
                .terminate((c, reason, socket) -> {});
    }

    private Client joined() {
        Client client = rig.connect().joined("1", "room:1");
        observer.taken();
        return client;
    }

    @Test
    void eachCallbackIsBegunAndEndedOnItsThread() {
        Client client = rig.connect(Map.of("traceparent", RecordingObserver.traceparent(9)))
                .joined("1", "room:1");
        assertThat(observer.taken())
                .containsExactly(
                        "CONNECT /socket 9: OK",
                        "send /socket room:* room:1 in JOIN 101",
                        "JOIN /socket room:* room:1 9: OK",
                        "HANDLE_INFO /socket room:* room:1 101: OK");
        client.push("2", "room:1", "ok", ONE).received();
        client.push("3", "room:1", "ok").received();
        client.leave("4", "room:1").received();
        assertThat(observer.taken())
                .containsExactly(
                        "HANDLE_IN /socket room:* room:1 ok 1: OK",
                        "HANDLE_IN /socket room:* room:1 ok 9: OK",
                        "TERMINATE /socket room:* room:1 : OK");
        assertThat(observer.current).isEmpty();
        assertThat(observer.thread).isSameAs(Thread.currentThread());
    }

    @Test
    void aConnectIsObservedHoweverItEnds() {
        assertThat(rig.handshake(rig.setup.vsn, rig.loop(), Map.of("as", "nobody")))
                .isInstanceOf(Handshake.Refused.class);
        assertThat(rig.handshake(rig.setup.vsn, rig.loop(), Map.of("as", "trouble", "traceparent", "x".repeat(1000))))
                .isInstanceOf(Handshake.Crashed.class);
        assertThat(observer.taken())
                .containsExactly("CONNECT /socket : REFUSED", "CONNECT /socket : CRASHED no connect");
    }

    @Test
    void theTraceOfAConnectIsThatOfItsParameterOrElseOfItsHeader() {
        var header = ConnectInfo.builder()
                .headers(Map.of("Traceparent", RecordingObserver.traceparent(3)))
                .build();
        connect(ConnectRequest.of(Map.of(), header));
        connect(ConnectRequest.of(Map.of("traceparent", RecordingObserver.traceparent(4)), header));
        connect(ConnectRequest.of(Map.of("traceparent", "01"), header));
        connect(ConnectRequest.of(Map.of("traceparent", List.of(RecordingObserver.traceparent(4))), header));
        assertThat(observer.taken())
                .containsExactly(
                        "CONNECT /socket 3: OK",
                        "CONNECT /socket 4: OK",
                        "CONNECT /socket 3: OK",
                        "CONNECT /socket 3: OK");
    }

    private void connect(ConnectRequest request) {
        rig.mount().connect(request, Serializers.V2, rig.loop(), () -> true, handshake -> {});
        rig.settle();
    }

    @Test
    void aJoinThatIsRefusedOrCannotBeReadIsObserved() {
        Client client = rig.connect();
        client.join("1", "room:1", "{\"no\":1," + ONE.substring(1)).received();
        client.join("2", "room:2", "[1]").received();
        assertThat(observer.taken())
                .containsExactly(
                        "CONNECT /socket : OK",
                        "send /socket room:* room:1 in JOIN 101",
                        "JOIN /socket room:* room:1 1: REFUSED",
                        "JOIN /socket room:* room:2 : REFUSED");
    }

    @Test
    void whatComesOfAHandlerIsTold() {
        Client client = joined();
        client.push("2", "room:1", "error").received();
        client.push("3", "room:1", "num", "{\"number\":\"x\"}").received();
        client.push("4", "room:1", "num", "{\"number\":1,\"a\":{\"traceparent\":\"\"}}")
                .received();
        client.push("5", "room:1", "made up by a client").received();
        client.push("6", "room:1", "throw", ONE).received();
        assertThat(observer.taken())
                .containsExactly(
                        "HANDLE_IN /socket room:* room:1 error: REFUSED",
                        "HANDLE_IN /socket room:* room:1 num: REFUSED",
                        "HANDLE_IN /socket room:* room:1 num: OK",
                        "HANDLE_IN /socket room:* room:1 : OK",
                        "TERMINATE /socket room:* room:1 in HANDLE_IN: OK",
                        "HANDLE_IN /socket room:* room:1 throw 1: CRASHED no handler");
    }

    @Test
    void whatAHandlerEndsTerminatesWithinIt() {
        joined().push("2", "room:1", "stop").received();
        assertThat(observer.taken())
                .containsExactly(
                        "TERMINATE /socket room:* room:1 in HANDLE_IN: OK", "HANDLE_IN /socket room:* room:1 stop: OK");
    }

    @Test
    void aMessageToItselfGoesOnInTheTraceAndATimerDoesNot() {
        joined().push("2", "room:1", "later", ONE).received();
        rig.advance(Duration.ofSeconds(1));
        assertThat(observer.taken())
                .containsExactly(
                        "send /socket room:* room:1 in HANDLE_IN 102",
                        "HANDLE_IN /socket room:* room:1 later 1: OK",
                        "HANDLE_INFO /socket room:* room:1 102: OK",
                        "HANDLE_INFO /socket room:* room:1 : OK");
    }

    @Test
    void aBroadcastTakesTheTraceAlongAndItsClientsSeeNothingOfIt() {
        Client client = joined();
        client.push("2", "room:1", "shout");
        assertThat(client.received()).containsExactly(client.pushed("room:1", "shouted", "{\"a\":1}"));
        assertThat(observer.taken())
                .containsExactly(
                        "broadcast /socket room:* room:1 shouted in HANDLE_IN 102",
                        "HANDLE_IN /socket room:* room:1 shout: OK",
                        "HANDLE_OUT /socket room:* room:1 shouted 102: OK");
        rig.endpoint().broadcast("room:1", "plain", Map.of());
        assertThat(client.received()).containsExactly(client.broadcast("room:1", "plain", "{}"));
        assertThat(observer.taken()).containsExactly("broadcast room:1 plain 103");
    }

    @Test
    void theTraceGoesOnOnAnotherNode() {
        var cluster = new InMemoryCluster();
        rig.endpoint(builder -> builder.cluster(cluster.node("a@test")));
        Client client = joined();
        try (var other = Endpoint.builder().cluster(cluster.node("b@test")).build()) {
            other.pubsub()
                    .broadcast(Broadcast.of("room:1", "shouted", Payload.EMPTY)
                            .tracedBy(RecordingObserver.traceparent(7)));
            client.received();
            assertThat(observer.taken()).containsExactly("HANDLE_OUT /socket room:* room:1 shouted 7: OK");
        }
    }

    @Test
    void anObserverThatThrowsHurtsNobody() {
        var failing = new CallbackObserver() {
            boolean begins;

            @Override
            public Running begin(Call call) {
                if (!begins) {
                    throw new StackOverflowError("begin");
                }
                return new Running() {
                    @Override
                    public void threw(Throwable thrown) {
                        throw new IllegalStateException("threw");
                    }

                    @Override
                    public void ended(Outcome outcome) {
                        throw new IllegalStateException("ended");
                    }
                };
            }

            @Override
            public Optional<String> broadcasting(String mount, String pattern, String topic, String event) {
                throw new IllegalStateException("broadcasting");
            }

            @Override
            public Optional<String> sending(String mount, String pattern, String topic) {
                return Optional.of("no traceparent");
            }
        };
        var quiet = new Rig(rig.setup)
                .endpoint(builder -> builder.part(part(failing)))
                .channel("room:*", CallbackObserverTest::room);
        try (var log = new LogCapture(Level.ERROR)) {
            for (boolean begins : new boolean[] {false, true}) {
                failing.begins = begins;
                Client client = quiet.connect();
                client.join("1", "room:1");
                assertThat(client.received()).containsExactly(client.ok("1", "room:1"));
                client.push("2", "room:1", "shout").push("3", "room:1", "later").push("4", "room:1", "ok");
                assertThat(client.received())
                        .containsExactlyInAnyOrder(
                                client.pushed("room:1", "shouted", "{\"a\":1}"), client.ok("4", "room:1"));
                client.push("5", "room:1", "throw");
                assertThat(client.received()).containsExactly(client.crashed("room:1"));
            }
            assertThat(log.lines()).anyMatch(line -> line.contains("callback observer failed"));
        }
    }

    private static Part part(CallbackObserver observer) {
        return new Part() {
            @Override
            public void start(Endpoint endpoint) {}

            @Override
            public Optional<CallbackObserver> callbackObserver() {
                return Optional.of(observer);
            }
        };
    }

    @Test
    void anEndpointHasOneObserverAtMost() {
        var builder = Endpoint.builder().part(observer).part(new RecordingObserver());
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessage("part: RecordingObserver (expected: one part at most that observes callbacks)");
    }

    @Test
    void whereNobodyObservesThereIsNothingToAsk() {
        var plain = new Rig(rig.setup).channel("room:*", CallbackObserverTest::room);
        Client client = plain.connect(Map.of("traceparent", RecordingObserver.traceparent(1)))
                .joined("1", "room:1");
        client.push("2", "room:1", "shout", ONE);
        assertThat(client.received()).containsExactly(client.pushed("room:1", "shouted", "{\"a\":1}"));
        assertThat(plain.endpoint().environment().observer()).isNull();
    }

    /** It has the thread for as long as the channel's own code runs, and no longer. */
    @Test
    void aJoinThatWaitsForItsClusterIsOverWhenItsCodeIs() {
        var cluster = new LateCluster();
        rig.endpoint(builder -> builder.cluster(cluster));
        Client client = rig.connect().join("1", "room:1");
        assertThat(client.received()).isEmpty();
        assertThat(observer.taken()).contains("JOIN /socket room:* room:1 : OK");
        assertThat(observer.current).isEmpty();
        cluster.confirms();
        assertThat(client.received()).containsExactly(client.ok("1", "room:1"));
        assertThat(observer.taken()).containsExactly("HANDLE_INFO /socket room:* room:1 101: OK");
    }

    @Test
    void whatComesBehindTheJoinBelongsToIt() {
        rig.channel("after:*", spec -> spec.afterJoin((c, socket) -> Result.noReply()));
        rig.connect().join("1", "after:1", ONE).received();
        assertThat(observer.taken())
                .containsExactly(
                        "CONNECT /socket : OK",
                        "JOIN /socket after:* after:1 1: OK",
                        "AFTER_JOIN /socket after:* after:1 1: OK");
    }
}
