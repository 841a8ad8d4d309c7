package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class IntrospectionTest {
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER);

    private void room() {
        rig.channel(
                "room:*",
                spec -> spec.handleIn("ok", Map.class, (c, payload, s) -> {
                            s.push("p", payload);
                            s.broadcast("b", payload);
                            return Result.ok();
                        })
                        .handleIn("crash", Map.class, (c, payload, s) -> {
                            throw new IllegalStateException("on purpose");
                        }));
    }

    private EndpointSnapshot snapshot() {
        var answer = rig.endpoint().snapshot();
        rig.settle();
        assertThat(answer).isCompleted();
        return answer.join();
    }

    @Nested
    class Snapshots {
        @Test
        void theyShowConnectionsAndTopics() {
            room();
            rig.socket(socket -> socket.id(assigns -> "me"));
            rig.connect().joined("1", "room:1").joined("2", "room:2");
            rig.connect(Vsn.V1, rig.addLoop(), Map.of()).joined("1", "room:1");
            var snapshot = snapshot();
            assertThat(snapshot.topics()).isEqualTo(Map.of("room:1", 2, "room:2", 1, "me", 2));
            assertThat(snapshot.channels()).isEqualTo(3);
            assertThat(snapshot.connections())
                    .contains(new EndpointSnapshot.ConnectionInfo(
                            "/socket", "fake", "1.0.0", Optional.of("me"), List.of("room:1")));
        }

        @Test
        void everythingIsZeroWhenAllHaveGone() {
            room();
            rig.socket(socket -> socket.id(assigns -> "me"));
            var one = rig.connect().joined("1", "room:1").joined("2", "room:2").push("3", "room:2", "crash");
            var two = rig.connect(Vsn.V1, rig.addLoop(), Map.of())
                    .joined("1", "room:1")
                    .join("2", "room:1");
            two.received();
            one.vanish();
            rig.settle();
            rig.endpoint().disconnect("me");
            assertThat(two.received()).isEmpty();
            assertThat(snapshot()).isEqualTo(new EndpointSnapshot(List.of(), Map.of(), 0));
            assertThat(rig.endpoint().channelCount()).isZero();
            assertThat(rig.endpoint().connectionCount()).isZero();
            assertThat(rig.timers.waiting()).isZero();
        }

        @Test
        void aForgottenLoopKeepsNoTopics() {
            room();
            var loop = rig.addLoop();
            rig.connect(Vsn.V2, loop, Map.of()).joined("1", "room:1");
            rig.endpoint().backstage().forget(loop);
            assertThat(snapshot().topics()).isEmpty();
        }
    }

    @Nested
    class SilentLoops {
        @Test
        void aLoopThatHasEndedIsNotWaitedFor() {
            room();
            rig.connect().joined("1", "room:1");
            rig.connect(Vsn.V2, rig.addLoop(), Map.of()).joined("1", "room:1");
            rig.loop().ended = true;
            var snapshot = snapshot();
            assertThat(snapshot.connections()).hasSize(1);
            assertThat(snapshot.silentLoops()).isOne();
        }

        @Test
        void aLoopThatHangsIsWaitedForFiveSeconds() {
            room();
            rig.connect().joined("1", "room:1");
            var answer = rig.endpoint().snapshot();
            rig.timers.advance(Duration.ofMillis(4999), () -> {});
            assertThat(answer).isNotDone();
            rig.timers.advance(Duration.ofMillis(1), () -> {});
            assertThat(answer).isCompletedWithValue(new EndpointSnapshot(List.of(), Map.of(), 1));
        }
    }

    @Nested
    class Listener {
        @Test
        void itHearsALifeInOrder() {
            room();
            var client = rig.connect().joined("1", "room:1").push("2", "room:1", "ok");
            client.received();
            client.push("3", "room:1", "crash").received();
            client.join("4", "room:1").received();
            client.leave("5", "room:1").received();
            client.vanish();
            assertThat(rig.listener.heard)
                    .containsExactly(
                            "connected /socket fake OK",
                            "joined room:1 OK",
                            "pushed room:1 p",
                            "broadcast room:1 b",
                            "handledIn room:1 ok",
                            "crashed room:1 on purpose",
                            "left room:1 CRASHED",
                            "joined room:1 OK",
                            "left room:1 LEFT",
                            "disconnected /socket fake");
        }

        @Test
        void itHearsOfRefusalsAndWhatIsDropped() {
            rig.channel("room:*", spec -> spec.join((c, s) -> JoinResult.error()));
            rig.channel("bad:*", spec -> spec.handleIn("n", Integer.class, (c, n, s) -> Result.ok()));
            rig.connect(Vsn.V1, rig.loop(), Map.of())
                    .joined("1", "room:1")
                    .joined("2", "bad:1")
                    .push("3", "bad:1", "n");
            rig.settle();
            rig.endpoint().broadcast("bad:1", "bytes", new byte[1]);
            rig.settle();
            assertThat(rig.listener.heard)
                    .contains("joined room:1 REFUSED", "malformed /socket", "broadcast bad:1 bytes", "dropped NO_FORM");
        }
    }

    @Nested
    class Logs {
        @Test
        void secretParametersAreLeftOutAtEveryDepth() {
            room();
            try (var log = new LogCapture(Level.DEBUG)) {
                rig.connect(Map.of("token", "s3cret", "name", "ann"))
                        .join("1", "room:1", "{\"user\":{\"Password\":\"s3cret\",\"age\":null}}")
                        .push("2", "room:1", "ok", "{\"list\":[{\"my_token\":\"s3cret\"},5]}")
                        .received();
                assertThat(log.lines())
                        .contains(
                                "INFO join room:1: ok in 0.00 ms, params {user={Password=[FILTERED], age=null}}",
                                "DEBUG handled ok on room:1 in 0.00 ms, payload {list=[{my_token=[FILTERED]}, 5]}")
                        .anyMatch(line ->
                                line.startsWith("INFO connect /socket: ok in 0.00 ms, fake, vsn 2.0.0, params {"))
                        .noneMatch(line -> line.contains("s3cret"));
            }
        }

        @Test
        void theWordsCanBeChosen() {
            room();
            rig.endpoint(endpoint -> endpoint.filterParameters("pin"));
            try (var log = new LogCapture(Level.INFO)) {
                rig.connect().join("1", "room:1", "{\"PIN\":1,\"token\":2}").received();
                assertThat(log.lines()).contains("INFO join room:1: ok in 0.00 ms, params {PIN=[FILTERED], token=2}");
            }
        }

        @Test
        void longParametersAreCut() {
            room();
            try (var log = new LogCapture(Level.INFO)) {
                rig.connect()
                        .join("1", "room:1", "{\"x\":\"" + "y".repeat(9999) + "\"}")
                        .received();
                assertThat(log.lines()).allMatch(line -> line.length() < 600);
            }
        }

        @Test
        void quietSpecsLogCrashesOnly() {
            rig.channel(
                    "room:*",
                    spec -> spec.quiet().handleIn("crash", Map.class, (c, payload, s) -> {
                        throw new IllegalStateException("on purpose");
                    }));
            rig.socket(SocketSpec.Builder::quiet);
            try (var log = new LogCapture(Level.DEBUG)) {
                rig.connect().joined("1", "room:1").push("2", "room:1", "crash").received();
                assertThat(log.lines())
                        .containsExactly(
                                "ERROR channel room:1 crashed in handleIn \"crash\" of java.lang.Object (/socket, fake)");
            }
        }

        @Test
        void levelsCanBeChosen() {
            rig.channel(
                    "room:*",
                    spec -> spec.logJoin(org.slf4j.event.Level.WARN)
                            .logHandleIn(org.slf4j.event.Level.ERROR)
                            .handleIn("ok", Map.class, (c, p, s) -> Result.ok()));
            rig.socket(socket -> socket.logConnect(org.slf4j.event.Level.WARN));
            try (var log = new LogCapture(Level.DEBUG)) {
                rig.connect().joined("1", "room:1").push("2", "room:1", "ok").received();
                assertThat(log.lines())
                        .containsExactly(
                                "WARN connect /socket: ok in 0.00 ms, fake, vsn 2.0.0, params {}",
                                "WARN join room:1: ok in 0.00 ms, params {}",
                                "ERROR handled ok on room:1 in 0.00 ms, payload {}");
            }
        }
    }
}
