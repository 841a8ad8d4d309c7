package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

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
                    .isEqualTo("push before the join finished (expected: socket.send(new AfterJoin()) in join, then"
                            + " push from handleInfo)");
        }

        @Test
        void aBroadcastBeforeTheJoinFinished() {
            assertThat(thrownBy(socket -> socket.broadcastFrom("x", Map.of())))
                    .isEqualTo("broadcast before the join finished (expected: socket.send(new AfterJoin()) in join,"
                            + " then broadcast from handleInfo)");
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
                    .hasMessage("payload of x: [1] (expected: what vsn 2.0.0 can carry)");
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
        }

        @Test
        void limits() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SocketSpec.builder().maxChannels(0))
                    .withMessage("maxChannels: 0 (expected: at least 1)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SocketSpec.builder().maxMalformedFrames(-1))
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
                    .withMessage("payload of e: [1] (expected: an encoded JSON object, or binary)");
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
