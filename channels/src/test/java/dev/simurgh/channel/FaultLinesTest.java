package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.jackson.JacksonCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose fault it is shows in the log: what a developer is told, and how often. */
class FaultLinesTest {
    private static final String REMEDY = "(expected: a record, Map.class or another type that Jackson can make; or"
            + " Endpoint.builder().codec(JacksonCodec.of(mapper)) with a mapper that can)";

    record Num(int number) {}

    record Named(Map<String, Integer> byName) {}

    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER);

    private List<String> lines(Runnable action) {
        try (var log = new LogCapture(Level.INFO)) {
            action.run();
            rig.settle();
            return log.lines().stream()
                    .filter(line -> !line.startsWith("INFO connect") && !line.startsWith("INFO join"))
                    .toList();
        }
    }

    private List<String> joinLines(Runnable action) {
        try (var log = new LogCapture(Level.INFO)) {
            action.run();
            rig.settle();
            return log.lines().stream()
                    .filter(line -> line.startsWith("INFO join"))
                    .toList();
        }
    }

    @Test
    void aTypeThatCannotBeDecodedIsTheServersFaultAndToldOnce() {
        rig.channel(
                "room:*", spec -> spec.handleIn("add", Runnable.class, (channel, task, socket) -> Result.noReply()));
        Client client = rig.connect().joined("1", "room:1").joined("2", "room:2");
        List<String> lines = lines(() -> {
            client.push("3", "room:1", "add").push("4", "room:2", "add");
            assertThat(client.received()).containsExactlyInAnyOrder(client.crashed("room:1"), client.crashed("room:2"));
        });
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith(
                        "ERROR handleIn \"add\" of java.lang.Object cannot be called, and its clients are not at fault:"
                                + " payload type: java.lang.Runnable cannot be decoded, whatever the JSON: ")
                .endsWith(REMEDY);
    }

    @Test
    void soItIsInAJoin() {
        rig.channel("room:*", spec -> spec.join(Runnable.class, (channel, task, socket) -> JoinResult.ok()));
        Client client = rig.connect();
        assertThat(lines(() -> client.join("1", "room:1").join("2", "room:2")))
                .singleElement()
                .asString()
                .startsWith("ERROR join of room:* cannot be called, and its clients are not at fault: payload type: ")
                .endsWith(REMEDY);
        assertThat(client.received())
                .containsExactlyInAnyOrder(
                        client.error("1", "room:1", "join crashed"), client.error("2", "room:2", "join crashed"));
    }

    @Test
    void anInterceptedBroadcastIsDroppedAndCrashesNobody() {
        rig.channel(
                "room:*", spec -> spec.handleOut("add", Runnable.class, (channel, task, socket) -> Result.noReply()));
        Client client = rig.connect().joined("1", "room:1");
        assertThat(lines(() -> {
                    rig.endpoint().broadcast("room:1", "add", Map.of());
                    rig.endpoint().broadcast("room:1", "add", Map.of());
                }))
                .singleElement()
                .asString()
                .startsWith("ERROR handleOut \"add\" of java.lang.Object cannot be called");
        assertThat(client.received()).isEmpty();
        assertThat(rig.endpoint().droppedCount()).isEqualTo(2);
    }

    @Test
    void aRefusedPayloadIsToldOnceForEachEventAndKind() {
        rig.channel(
                "room:*",
                spec -> spec.handleIn("add", Num.class, (channel, num, socket) -> Result.noReply())
                        .handleIn("sub", Num.class, (channel, num, socket) -> Result.noReply()));
        Client client = rig.connect().joined("1", "room:1").joined("2", "room:2");
        String refused = " of room:1: refused payload: JSON that does not fit: no int at number (expected: "
                + Num.class.getName() + ")";
        assertThat(lines(() -> client.push("3", "room:1", "add", "{\"number\":\"7\"}")
                        .push("4", "room:2", "add", "{\"number\":2.9}")
                        .push("5", "room:1", "sub", "{\"number\":\"7\"}")
                        .push("6", "room:1", "add", "null")))
                .containsExactly(
                        "WARN handleIn \"add\"" + refused,
                        "WARN handleIn \"sub\"" + refused,
                        "WARN handleIn \"add\" of room:1: refused payload: null (expected: " + Num.class.getTypeName()
                                + ")");
        assertThat(lines(() -> rig.advance(Duration.ofMinutes(10))))
                .containsExactly("WARN … and 1 more of this kind in 600 s: …… of …: refused …");
        assertThat(lines(() -> client.push("7", "room:1", "add", "{}")))
                .containsExactly("WARN handleIn \"add\"" + refused);
    }

    record Brief(String text) {
        Brief {
            if (text.length() > 3) {
                throw new IllegalArgumentException("text: " + text.length() + " characters\nof 3");
            }
        }
    }

    @Test
    void whatARecordSaysIsForTheLogAndNotForTheClient() {
        rig.channel("room:*", spec -> spec.handleIn("say", Brief.class, (channel, said, socket) -> Result.noReply()));
        Client client = rig.connect().joined("1", "room:1");
        assertThat(lines(() -> {
                    client.push("2", "room:1", "say", "{\"text\":\"four\"}");
                    assertThat(client.received()).containsExactly(client.error("2", "room:1", "invalid payload"));
                    client.push("3", "room:1", "say", "{\"text\":\"of five\"}");
                    rig.settle();
                }))
                .containsExactly("WARN handleIn \"say\" of room:1: refused payload: JSON that does not fit:"
                        + " IllegalArgumentException (expected: " + Brief.class.getName()
                        + "): text: 4 characters?of 3");
    }

    @Test
    void aClientThatMakesUpKindsCannotFillTheLog() {
        rig.channel("room:*", spec -> spec.handleIn("add", Named.class, (channel, num, socket) -> Result.noReply()));
        Client client = rig.connect().joined("1", "room:1");
        assertThat(lines(() -> {
                    for (int i = 0; i < 100; i++) {
                        client.push("3", "room:1", "add", "{\"byName\":{\"k" + i + "\":\"x\"}}");
                        rig.settle();
                    }
                }))
                .hasSize(10);
    }

    @Test
    void whyAJoinIsRefusedIsInItsLine() {
        rig.channel(
                        "room:*",
                        spec -> spec.join(
                                Num.class,
                                (channel, num, socket) -> num.number() == 1
                                        ? JoinResult.error(Map.of("reason", "unauthorized", "token", "s3cret"))
                                        : JoinResult.ok()))
                .channel(
                        "crash",
                        spec -> spec.join((channel, socket) -> {
                            throw new IllegalStateException("a bug");
                        }));
        Client client = rig.connect();
        assertThat(joinLines(() -> client.join("1", "room:1", "{\"number\":1}")))
                .singleElement()
                .asString()
                .startsWith("INFO join room:1: refused in 0.00 ms, params {number=1}, reason {")
                .contains("reason=unauthorized", "token=[FILTERED]");
        assertThat(joinLines(() -> client.join("2", "room:2", "{}")))
                .containsExactly("INFO join room:2: refused in 0.00 ms, params {}, reason invalid payload");
        assertThat(joinLines(() -> client.join("3", "crash")))
                .containsExactly("INFO join crash: crashed in 0.00 ms, params {}, reason join crashed");
        assertThat(joinLines(() -> client.join("4", "room:3", "{\"number\":3}")))
                .containsExactly("INFO join room:3: ok in 0.00 ms, params {number=3}");
    }

    @Test
    void aCrashNamesHandlerChannelAndConnection() {
        rig.socket(socket -> socket.id(assigns -> "user:7"));
        record Tick(int n) {}
        rig.channel(
                "room:*",
                spec -> spec.handleIn("boom", (channel, socket) -> failing())
                        .handleIn("later", (channel, socket) -> {
                            socket.send(new Tick(1));
                            return Result.noReply();
                        })
                        .handleOut("out", Map.class, (channel, map, socket) -> failing())
                        .afterJoin(
                                (channel, socket) -> socket.topicRest().equals("after") ? failing() : Result.noReply())
                        .terminate((channel, reason, socket) -> failing())
                        .handleInfo(Tick.class, (channel, tick, socket) -> failing()));
        Client client =
                rig.connect().joined("1", "room:1").joined("2", "room:2").joined("3", "room:3");
        String who = " of java.lang.Object (/socket, fake, id user:7)";
        assertThat(lines(() -> client.push("4", "room:1", "boom")))
                .contains(
                        "ERROR channel room:1 crashed in handleIn \"boom\"" + who,
                        "ERROR terminate of room:1 failed, of java.lang.Object (/socket, fake, id user:7)");
        assertThat(lines(() -> client.push("5", "room:2", "later")).get(0))
                .startsWith("ERROR channel room:2 crashed in handleInfo(" + Tick.class.getName() + ")" + who);
        assertThat(lines(() -> rig.endpoint().broadcast("room:3", "out", Map.of()))
                        .get(0))
                .startsWith("ERROR channel room:3 crashed in handleOut \"out\"" + who);
        assertThat(lines(() -> client.join("6", "room:after")).get(0))
                .startsWith("ERROR channel room:after crashed in afterJoin" + who);
    }

    /** What matters stands at the end: whose handler it is, which client it was, and what there is instead. */
    @Test
    void longNamesAreNotCutOff() {
        rig.socket(socket -> socket.id(assigns -> "user:550e8400-e29b-41d4-a716-446655440000"));
        String event = "an_event_that_has_quite_a_long_name_for_an_event";
        rig.route(
                "room:*",
                ChannelSpec.builder(
                                WithANameThatLeavesNoRoomForAnythingElseOnALineOfTheLogThatIsCutAfterSomeCharacters
                                        ::new)
                        .handleIn(event, (channel, socket) -> failing())
                        .build());
        Client client = rig.connect().joined("1", "room:1");
        String who = " (/socket, fake, id user:550e8400-e29b-41d4-a716-446655440000)";
        assertThat(lines(() -> client.push("2", "room:1", event)))
                .containsExactly("ERROR channel room:1 crashed in handleIn \"" + event + "\" of "
                        + WithANameThatLeavesNoRoomForAnythingElseOnALineOfTheLogThatIsCutAfterSomeCharacters.class
                                .getName()
                        + who);
        client.joined("3", "room:1");
        assertThat(lines(() -> client.push("4", "room:1", "x" + event)))
                .containsExactly("WARN channel room:1 crashed: event: x" + event + " on room:1 (expected: one of ["
                        + event + "])" + who);
    }

    private static final class WithANameThatLeavesNoRoomForAnythingElseOnALineOfTheLogThatIsCutAfterSomeCharacters {}

    /** It was called, and what it did there is shown by a stack trace, once for all events that clients make up. */
    @Test
    void aHandlerThatDecodesToSuchATypeItselfHasCrashed() {
        rig.channel(
                "room:*",
                spec -> spec.handleAny((channel, message, socket) -> {
                    message.payload().as(Runnable.class, JacksonCodec.create());
                    return Result.noReply();
                }));
        Client client = rig.connect();
        try (var log = new LogCapture(Level.ERROR)) {
            for (int i = 0; i < 300; i++) {
                client.joined("j" + i, "room:1")
                        .push("p" + i, "room:1", "event" + i)
                        .received();
            }
            assertThat(log.lines())
                    .hasSize(10)
                    .allMatch(line -> line.startsWith("ERROR channel room:1 crashed in handleAny"));
            assertThat(log.traces()).isOne();
        }
    }

    private static Next failing() {
        throw new IllegalStateException("a bug");
    }

    @Test
    void anUnmatchedTopicLeavesATrace() {
        rig.channel("room:*", spec -> spec);
        Client client = rig.connect();
        assertThat(lines(() -> client.join("1", "lobby")))
                .containsExactly(
                        "WARN join of lobby refused: no channel of /socket takes it (expected: one of [room:*])");
        assertThat(lines(() -> client.push("2", "room:1", "say")))
                .containsExactly(
                        "INFO push of say to room:1 refused: its client has not joined it, or no longer (/socket, fake)");
    }

    @Test
    void aConnectThatHoldsUpItsLoopIsTold() {
        rig.socket(socket -> socket.nonBlocking().connect(request -> {
            rig.timers.advance(
                    Duration.ofMillis(Integer.parseInt(request.params().get("ms"))), () -> {});
            return ConnectResult.ok();
        }));
        rig.channel("room:*", spec -> spec);
        assertThat(lines(() -> rig.connect(Map.of("ms", "100")))).isEmpty();
        assertThat(lines(() -> rig.connect(Map.of("ms", "101"))))
                .containsExactly("WARN connect to /socket held up its event loop, and all connections there, for 101 ms"
                        + " (expected: under 100 ms; sockets without nonBlocking() may block)");
    }

    @Test
    void primitiveTypesArriveBoxed() {
        rig.channel(
                "room:*",
                spec -> spec.handleIn("twice", int.class, (channel, n, socket) -> {
                            socket.send(n * 2);
                            return Result.noReply();
                        })
                        .handleInfo(int.class, (channel, n, socket) -> {
                            socket.push("doubled", Map.of("n", n));
                            return Result.noReply();
                        }));
        Client client = rig.connect().joined("1", "room:1").push("2", "room:1", "twice", "21");
        assertThat(client.received()).containsExactly(client.pushed("room:1", "doubled", "{\"n\":42}"));
        assertThat(client.push("3", "room:1", "twice", "2.9").received())
                .containsExactly(client.error("3", "room:1", "invalid payload"));
        assertThatThrownBy(() -> ChannelSpec.builder(Object::new)
                        .handleIn("none", void.class, (channel, none, socket) -> Result.noReply()))
                .hasMessage("type: void (expected: a class, or Payload.class for any payload)");
    }

    @Test
    void aTransportSaysWhoIsAtItsOtherEnd() {
        Transport transport = new FakeTransport(rig.loop());
        assertThat(transport.peer()).isEmpty();
    }
}
