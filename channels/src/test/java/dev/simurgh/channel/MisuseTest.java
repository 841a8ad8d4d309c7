package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.Callback.In;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.PayloadException;
import dev.simurgh.pubsub.InMemoryCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What somebody reads who holds it wrong: the value, the rule, and what to write instead. */
class MisuseTest {
    private static final ChannelSpec<Object> SPEC =
            ChannelSpec.builder(Object::new).build();

    @Nested
    class InAChannel {
        private final Rig rig = new Rig(Setup.V2_ON_EVENT_LOOP);
        private final List<Throwable> thrown = new ArrayList<>();

        private String thrownBy(Callback code) {
            rig.channel(
                    "join",
                    spec -> spec.join((c, s) -> {
                        thrown.add(Assertions.catchThrowable(() -> code.run(s)));
                        return JoinResult.ok();
                    }));
            rig.connect().joined("1", "join");
            assertThat(thrown.get(0)).isInstanceOf(IllegalStateException.class);
            return String.valueOf(thrown.get(0).getMessage());
        }

        private interface Callback {
            void run(Socket socket);
        }

        @Test
        void aPushBeforeTheJoinFinished() {
            assertThat(thrownBy(socket -> socket.push("x", Map.of())))
                    .isEqualTo("push before the join finished (expected: push from a method that is declared"
                            + " with afterJoin(...))");
        }

        @Test
        void aBroadcastBeforeTheJoinFinished() {
            assertThat(thrownBy(socket -> socket.broadcastFrom("x", Map.of())))
                    .isEqualTo("broadcast before the join finished (expected: broadcast from a method that is"
                            + " declared with afterJoin(...))");
        }

        @Test
        void aRefOutsideOfHandleIn() {
            assertThat(thrownBy(Socket::ref))
                    .isEqualTo("ref outside of handleIn (expected: socket.ref() while a message is handled)");
        }

        private Throwable crashOf(String payload, In<Object, Payload> handler) {
            rig.channel(
                    "room",
                    spec -> spec.handleIn("in", Payload.class, handler)
                            .terminate(
                                    (c, reason, s) -> thrown.add(reason.cause().orElseThrow())));
            rig.connect().joined("1", "room").push(null, "room", "in", payload).received();
            return thrown.get(0);
        }

        @Test
        void aRefOfAMessageWithoutOne() {
            assertThat(crashOf("{}", (c, p, s) -> {
                        s.ref().ok(p);
                        return Result.noReply();
                    }))
                    .hasMessage("ref of a message without one (expected: a message that its client waits for)");
        }

        @Test
        @SuppressWarnings("NullAway") // what a careless handler does
        void aCallbackThatReturnsNull() {
            assertThat(crashOf("{}", (c, p, s) -> null))
                    .hasMessage("callback returned null (expected: Result.noReply())");
        }

        @Test
        void anEventThatNobodyHandles() {
            rig.channel(
                    "room",
                    spec -> spec.handleIn("in", Map.class, (c, p, s) -> Result.ok())
                            .terminate(
                                    (c, reason, s) -> thrown.add(reason.cause().orElseThrow())));
            rig.connect().joined("1", "room").push("2", "room", "out").received();
            assertThat(thrown.get(0)).hasMessage("event: out on room (expected: one of [in])");
        }

        @Test
        void aPayloadThatTheVersionCannotCarry() {
            assertThat(crashOf("[1]", (c, p, s) -> {
                        s.push("x", p);
                        return Result.noReply();
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("payload of x: [1] (expected: a JSON object, such as Map.of(\"items\", list), since vsn"
                            + " 2.0.0 carries no other JSON)");
        }

        @Test
        void aListIsNoPayloadOfAPush() {
            assertThat(crashOf("{}", (c, p, s) -> {
                        s.push("x", List.of("a", "b"));
                        return Result.noReply();
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("payload of x: [\"a\",\"b\"] (expected: a JSON object, such as Map.of(\"items\", list),"
                            + " since vsn 2.0.0 carries no other JSON)");
        }

        @Test
        void bytesAreNoPayloadOfTheOldVersion() {
            var old = new Rig(Setup.V1_ON_EVENT_LOOP);
            old.channel(
                    "room",
                    spec -> spec.afterJoin((c, s) -> {
                        thrown.add(Assertions.catchThrowable(() -> s.push("x", new byte[3])));
                        return Result.noReply();
                    }));
            old.connect().joined("1", "room");
            assertThat(thrown.get(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("payload of x: binary, 3 bytes (expected: JSON, since vsn 1.0.0 carries no binary)");
        }

        @Test
        @SuppressWarnings("NullAway") // what a careless handler does
        void nothingAtAllIsNoPayload() {
            String words =
                    "payload: null (expected: a record, a map or bytes; Payload.EMPTY where there is nothing to say)";
            assertThat(crashOf("{}", (c, p, s) -> {
                        s.push("x", null);
                        return Result.noReply();
                    }))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage(words);
            Assertions.assertThatNullPointerException()
                    .isThrownBy(() -> Result.ok(null))
                    .withMessage(words);
            Assertions.assertThatNullPointerException()
                    .isThrownBy(() -> JoinResult.error(null))
                    .withMessage(words);
        }

        @Test
        @SuppressWarnings("NullAway") // what a careless handler does
        void nothingAtAllIsNoMessage() {
            rig.channel(
                    "room",
                    spec -> spec.afterJoin((c, s) -> {
                        thrown.add(Assertions.catchThrowable(() -> s.send(null)));
                        thrown.add(Assertions.catchThrowable(() -> s.sendAfter(Duration.ZERO, null)));
                        return Result.noReply();
                    }));
            rig.connect().joined("1", "room");
            assertThat(thrown)
                    .hasSize(2)
                    .allSatisfy(e -> assertThat(e)
                            .isInstanceOf(NullPointerException.class)
                            .hasMessage("message: null (expected: an object of a class that a handleInfo takes)"));
        }

        @Test
        void aMessageThatNoHandlerTakesIsToldWhereItWent() {
            rig.channel(
                    "room",
                    spec -> spec.afterJoin((c, s) -> {
                        s.subscribe("news");
                        s.send("hello");
                        return Result.noReply();
                    }));
            try (LogCapture log = new LogCapture(Level.WARN)) {
                rig.connect().joined("1", "room");
                rig.endpoint().broadcast("news", "flash", Map.of());
                rig.settle();
                assertThat(log.lines())
                        .containsExactly(
                                "ERROR message to room dropped: no handleInfo takes a java.lang.String (expected: one in its"
                                        + " ChannelSpec, since socket.send goes to the channel itself; socket.push goes to"
                                        + " the client)",
                                "ERROR broadcast for room dropped: no handleInfo takes a dev.simurgh.pubsub.Broadcast"
                                        + " (expected: one in its ChannelSpec, which subscribes)");
            }
        }
    }

    @Nested
    class InASpec {
        @Test
        void patterns() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SocketSpec.builder().channel("room:*:x", SPEC))
                    .withMessage("pattern: room:*:x (expected: '*' only as the last character)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SocketSpec.builder().channel("a*b*", SPEC))
                    .withMessage("pattern: a*b* (expected: '*' only as the last character)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SocketSpec.builder().channel("", SPEC))
                    .withMessage("pattern: \"\" (expected: a topic)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SocketSpec.builder().channel("room:{id}", SPEC))
                    .withMessage("pattern: room:{id} (expected: '*' for what differs, as in room:*, and"
                            + " socket.topicRest() in the channel)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SocketSpec.builder().channel("phoenix", SPEC))
                    .withMessage("pattern: phoenix (expected: another topic, since this one is the protocol's own)");
        }

        @Test
        void patternsThatAreNeverAsked() {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> SocketSpec.builder().channel("room:*", SPEC).channel("room:*", SPEC))
                    .withMessage("pattern: room:* twice (expected: one channel for each)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SocketSpec.builder().channel("room", SPEC).channel("room", SPEC))
                    .withMessage("pattern: room twice (expected: one channel for each)");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> SocketSpec.builder().channel("room:*", SPEC).channel("room:lobby", SPEC))
                    .withMessage(
                            "pattern: room:lobby behind room:*, which takes all of its topics (expected: before it)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SocketSpec.builder().channel("*", SPEC).channel("room:*", SPEC))
                    .withMessage("pattern: room:* behind *, which takes all of its topics (expected: before it)");
            assertThat(SocketSpec.builder()
                            .channel("room:lobby", SPEC)
                            .channel("room:lobby:*", SPEC)
                            .channel("room:*", SPEC)
                            .channel("room", SPEC)
                            .channel("*", SPEC)
                            .build()
                            .patterns())
                    .containsExactly("room:lobby", "room:lobby:*", "room:*", "room", "*");
        }

        @Test
        void aTimeoutOfWhatCannotBeInterrupted() {
            var spec = ChannelSpec.builder(Object::new)
                    .joinTimeout(Duration.ofSeconds(5))
                    .nonBlocking();
            assertThatIllegalStateException()
                    .isThrownBy(spec::build)
                    .withMessage(
                            "joinTimeout: PT5S with nonBlocking (expected: one of them, since nothing can interrupt"
                                    + " an event loop)");
        }

        @Test
        @SuppressWarnings("NullAway") // what a careless caller does
        void callbacks() {
            var spec = ChannelSpec.builder(Object::new)
                    .join((c, s) -> JoinResult.ok())
                    .afterJoin((c, s) -> Result.noReply())
                    .handleAny((c, m, s) -> Result.ok())
                    .terminate((c, reason, s) -> {});
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spec.join((c, s) -> JoinResult.ok()))
                    .withMessage("join twice (expected: one for each channel)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spec.afterJoin((c, s) -> Result.noReply()))
                    .withMessage("afterJoin twice (expected: one for each channel)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spec.handleAny((c, m, s) -> Result.ok()))
                    .withMessage("handleAny twice (expected: one for each channel)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spec.terminate((c, reason, s) -> {}))
                    .withMessage("terminate twice (expected: one for each channel)");
            Assertions.assertThatNullPointerException()
                    .isThrownBy(() -> spec.handleIn("in", Map.class, null))
                    .withMessage("code");
        }

        @Test
        void messagesThatNeverCome() {
            var spec = ChannelSpec.builder(Object::new)
                    .handleInfo(Integer.class, (c, m, s) -> Result.noReply())
                    .handleInfo(Number.class, (c, m, s) -> Result.noReply());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spec.handleInfo(Number.class, (c, m, s) -> Result.noReply()))
                    .withMessage("handleInfo: java.lang.Number twice (expected: one handler for each class)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spec.handleInfo(Long.class, (c, m, s) -> Result.noReply()))
                    .withMessage("handleInfo: java.lang.Long behind java.lang.Number, which takes all of it (expected:"
                            + " before it)");
        }

        @Test
        void limits() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Limits.builder().maxChannels(0))
                    .withMessage("maxChannels: 0 (expected: at least 1)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Limits.builder().maxMalformedFrames(-1))
                    .withMessage("maxMalformedFrames: -1 (expected: at least 0)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ChannelSpec.builder(Object::new).joinTimeout(Duration.ZERO))
                    .withMessage("joinTimeout: PT0S (expected: more than zero)");
        }

        @Test
        void handlers() {
            var spec = ChannelSpec.builder(Object::new)
                    .handleIn("in", Map.class, (c, p, s) -> Result.ok())
                    .handleOut("out", Map.class, (c, p, s) -> Result.noReply());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spec.handleIn("in", Map.class, (c, p, s) -> Result.ok()))
                    .withMessage("handleIn: \"in\" twice (expected: one handler for each event)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spec.handleOut("out", Map.class, (c, p, s) -> Result.noReply()))
                    .withMessage("handleOut: \"out\" twice (expected: one handler for each event)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spec.handleIn("phx_join", Map.class, (c, p, s) -> Result.ok()))
                    .withMessage("event: phx_join (expected: join or terminate instead)");
            assertThat(spec.build().events()).containsExactly("in");
            assertThat(spec.build().intercepts()).containsExactly("out");
        }

        @Test
        void drainOptions() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DrainOptions.builder().batchSize(0))
                    .withMessage("batchSize: 0 (expected: at least 1)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DrainOptions.builder().limit(Duration.ofSeconds(-1)))
                    .withMessage("limit: PT-1S (expected: not negative)");
            assertThat(DrainOptions.defaults())
                    .hasToString("DrainOptions[batchSize=10000, batchInterval=PT2S, limit=PT30S]");
        }
    }

    @Nested
    class InAnEndpoint {
        @Test
        void paths() {
            var spec = SocketSpec.builder().build();
            for (String path : List.of("socket", "/socket/", "/")) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> Endpoint.builder().socket(path, spec))
                        .withMessage("path: " + path + " (expected: a path such as /socket, with no slash at its end)");
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Endpoint.builder().socket("/a", spec).socket("/a", spec))
                    .withMessage("path: /a twice (expected: one socket for each path)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Endpoint.builder().socket("/socket/{org}", spec))
                    .withMessage("path: /socket/{org} (expected: ':' before the name of a parameter, as in"
                            + " /socket/:org)");
        }

        @Test
        void aNodeNameBesideACluster() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Endpoint.builder()
                            .nodeName("a@b")
                            .cluster(new InMemoryCluster().node("c@d"))
                            .build())
                    .withMessage("nodeName: a@b with a cluster (expected: the cluster adapter's own name)");
        }

        @Test
        void payloads() {
            var endpoint = new Rig(Setup.V2_ON_EVENT_LOOP).endpoint();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> endpoint.broadcast("t", "e", List.of(1)))
                    .withMessage(
                            "payload of e: [1] (expected: a JSON object, such as Map.of(\"items\", list), or binary)");
            Assertions.assertThatExceptionOfType(PayloadException.class)
                    .isThrownBy(() -> endpoint.broadcast("t", "e", new Object()))
                    .withMessageContaining("java.lang.Object");
        }

        @Test
        void aMissingAssign() {
            var assigns = Assigns.of(Assigns.<String>key("a"), "x");
            Assertions.assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> assigns.get(Assigns.<String>key("b")))
                    .withMessage("assign: b (expected: one of [a])");
        }
    }
}
