package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.pubsub.Backlog;
import dev.simurgh.pubsub.BacklogLimits;
import dev.simurgh.pubsub.ManualLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** More is broadcast or pushed to an event loop than it gets rid of. */
class EventLoopBehindTest {
    private static final String TEXT = "{\"text\":\"" + "x".repeat(1000) + "\"}";

    private final List<Socket> sockets = new ArrayList<>();
    private final Rig rig = rig(Setup.V2_ON_SCHEDULER);
    private final ManualLoop full = rig.addLoop(); // works only when it is told to

    private Rig rig(Setup setup) {
        return new Rig(setup)
                .endpoint(endpoint -> endpoint.backlog(BacklogLimits.builder()
                        .pauseBytes(20_000)
                        .dropBytes(50_000)
                        .build()))
                .channel(
                        "room:*",
                        spec -> spec.join((c, s) -> {
                                    sockets.add(s);
                                    return JoinResult.ok();
                                })
                                .handleIn("say", Map.class, (c, text, s) -> {
                                    s.broadcastFrom("said", text);
                                    return Result.noReply();
                                })
                                .handleIn("ask", (c, s) -> Result.ok(Map.of("text", "y".repeat(1000))))
                                .handleIn("echo", (c, s) -> Result.ok(Map.of())));
    }

    private static Client on(Rig rig, ManualLoop loop) {
        return rig.connect(rig.setup.vsn, loop, Map.of()).joined("1", "room:1");
    }

    /** Lets all but the full loop work. */
    private void othersWork() {
        while (rig.scheduler.runOne() || rig.loop().runOne()) {}
    }

    private Backlog backlog(ManualLoop loop) {
        return rig.endpoint().pubsub().backlog(loop);
    }

    private void sayUntilPaused(Client speaker) {
        for (int i = 0; i < 100 && speaker.transport.reading.isEmpty(); i++) {
            speaker.push("" + i, "room:1", "say", TEXT);
            othersWork();
        }
    }

    @Nested
    class Broadcasts {
        @Test
        void whoBroadcastsToIsNotReadUntilTheLoopHasCaughtUp() {
            Client listener = on(rig, full);
            Client speaker = on(rig, rig.loop());
            sayUntilPaused(speaker);
            assertThat(speaker.transport.reading).containsExactly("pause");
            assertThat(listener.transport.reading).isEmpty();
            long before = backlog(full).bytes();
            assertThat(before).isBetween(20_000L, 25_000L);
            speaker.push("x", "room:1", "say", TEXT); // was in the socket already
            othersWork();
            assertThat(speaker.transport.reading).containsExactly("pause");
            assertThat(backlog(full).bytes()).isGreaterThan(before);
            while (backlog(full).bytes() > 10_000) {
                assertThat(speaker.transport.reading).containsExactly("pause");
                full.runOne();
                othersWork();
            }
            assertThat(speaker.transport.reading).containsExactly("pause", "resume");
            assertThat(rig.endpoint().droppedCount()).isZero();
            assertThat(listener.received()).isNotEmpty();
            assertThat(speaker.transport.reading).containsExactly("pause", "resume");
        }

        @Test
        void onTheLoopThatIsBehindThePauseDoesNotWaitForItsTurn() {
            Client listener = on(rig, full);
            Client speaker = on(rig, full);
            for (int i = 0; i < 100 && speaker.transport.reading.isEmpty(); i++) {
                speaker.push("" + i, "room:1", "say", TEXT);
                while (rig.scheduler.runOne()) {}
            }
            assertThat(speaker.transport.reading).containsExactly("pause");
            assertThat(backlog(full).bytes()).isLessThan(25_000);
            rig.settle();
            assertThat(speaker.transport.reading).containsExactly("pause", "resume");
            assertThat(listener.frames().size()).isGreaterThan(5);
        }

        @Test
        void fromOneEventLoopToAnother() {
            Rig direct = rig(Setup.V2_ON_EVENT_LOOP);
            ManualLoop other = direct.addLoop();
            Client listener = on(direct, other);
            Client speaker = on(direct, direct.loop());
            int said = 0;
            while (speaker.transport.reading.isEmpty()) {
                speaker.push("" + said++, "room:1", "say", TEXT);
            }
            assertThat(listener.received()).hasSize(said);
            assertThat(speaker.transport.reading).containsExactly("pause", "resume");
        }

        @Test
        void whatComesFromElsewhereIsDroppedAndCounted() {
            Client listener = on(rig, full);
            Client neighbour = on(rig, rig.loop());
            for (int i = 0; i < 100; i++) {
                rig.endpoint().broadcast("room:1", "news", Map.of("text", "x".repeat(1000)));
                othersWork();
            }
            int got = listener.received().size();
            assertThat(got).isBetween(10, 30);
            assertThat(neighbour.received()).hasSize(100);
            assertThat(rig.endpoint().droppedCount()).isEqualTo(100 - got);
        }

        @Test
        void whoIsLoggedOutIsSoEvenThen() {
            rig.socket(socket -> socket.id(assigns -> "user:1"));
            Client client = on(rig, full);
            for (int i = 0; i < 100; i++) {
                rig.endpoint().broadcast("room:1", "news", Map.of("text", "x".repeat(1000)));
            }
            rig.endpoint().disconnect("user:1");
            rig.settle();
            assertThat(client.transport.closes).containsExactly("1001");
        }

        @Test
        void theConnectionsThatEndMeanwhileWaitForNothing() {
            on(rig, full);
            Client speaker = on(rig, rig.loop());
            sayUntilPaused(speaker);
            speaker.vanish();
            othersWork();
            assertThat(speaker.transport.reading).containsExactly("pause", "resume");
            rig.settle();
            assertThat(speaker.transport.reading).containsExactly("pause", "resume");
        }

        @Test
        void aLoopThatEndsLetsEverybodyGoOn() {
            on(rig, full);
            Client speaker = on(rig, rig.loop());
            sayUntilPaused(speaker);
            full.ended = true;
            rig.endpoint().backstage().forget(full);
            othersWork();
            assertThat(speaker.transport.reading).containsExactly("pause", "resume");
        }

        @Test
        void twoCausesArePausedForOnce() {
            on(rig, full);
            Client speaker = on(rig, rig.loop());
            sayUntilPaused(speaker);
            for (int i = 0; i < 8; i++) { // fills the mailbox, too
                speaker.push("b" + i, "room:1", "say", "{\"text\":\"" + "x".repeat(200_000) + "\"}");
            }
            assertThat(speaker.transport.reading).containsExactly("pause");
            rig.settle();
            assertThat(speaker.transport.reading).startsWith("pause", "resume").endsWith("resume");
            assertThat(speaker.transport.reading.size() % 2).isZero();
            for (int i = 1; i < speaker.transport.reading.size(); i++) {
                assertThat(speaker.transport.reading.get(i)).isNotEqualTo(speaker.transport.reading.get(i - 1));
            }
        }
    }

    @Nested
    class Frames {
        @Test
        void pushesAreDroppedAndCountedOverTheHardLimit() {
            Client client = on(rig, full);
            Socket socket = sockets.get(0);
            for (int i = 0; i < 100; i++) {
                socket.push("news", Map.of("text", "x".repeat(1000)));
            }
            assertThat(backlog(full).bytes()).isLessThan(52_000);
            int got = client.received().size();
            assertThat(got).isBetween(40, 50);
            assertThat(rig.endpoint().droppedCount()).isEqualTo(100 - got);
            socket.push("news", Map.of());
            assertThat(client.received()).containsExactly(client.pushed("room:1", "news", "{}"));
        }

        @Test
        void whatIsOfferedToALoopThatIsBehindIsNotPushedAndLeavesRoomForOthers() {
            Client client = on(rig, full);
            Socket socket = sockets.get(0);
            Optional<Backlog> behind = Optional.empty();
            for (int i = 0; i < 100 && behind.isEmpty(); i++) {
                behind = rig.endpoint().backstage().offer(socket, "news", Map.of("text", "x".repeat(1000)));
            }
            assertThat(behind).contains(backlog(full));
            assertThat(backlog(full).bytes()).isBetween(20_000L, 22_000L);
            assertThat(rig.endpoint().droppedCount()).isZero();
            client.received();
            assertThat(rig.endpoint().backstage().offer(socket, "news", Map.of()))
                    .isEmpty();
            assertThat(client.received()).containsExactly(client.pushed("room:1", "news", "{}"));
        }

        @Test
        void repliesAreNotAndWhoAsksForThemIsNotReadMeanwhile() {
            Client client = on(rig, full);
            for (int i = 0; i < 100; i++) {
                client.push("" + i, "room:1", "ask");
                while (rig.scheduler.runOne()) {}
            }
            assertThat(client.transport.reading).containsExactly("pause");
            assertThat(client.received()).hasSize(100);
            assertThat(client.transport.reading).containsExactly("pause", "resume");
            assertThat(rig.endpoint().droppedCount()).isZero();
        }

        @Test
        void onTheLoopItselfNothingIsCountedOrDropped() {
            Client client = on(rig, full);
            Backlog backlog = backlog(full);
            while (backlog.offer(1000, () -> {})) {}
            full.turn(() -> sockets.get(0).push("news", Map.of()));
            assertThat(client.frames()).containsExactly(client.pushed("room:1", "news", "{}"));
        }
    }

    @Test
    void whatAChannelSendsBehindABroadcastOutOfHandleOutComesBehindIt() {
        Rig direct = new Rig(Setup.V2_ON_EVENT_LOOP)
                .channel(
                        "room:*",
                        spec -> spec.handleOut("ask", Map.class, (c, m, s) -> {
                            s.broadcast("answer", Map.of());
                            s.push("direct", Map.of());
                            return Result.noReply();
                        }));
        Client one = on(direct, direct.loop());
        direct.loop().turn(() -> direct.endpoint().broadcast("room:1", "ask", Map.of()));
        assertThat(one.received())
                .containsExactly(one.broadcast("room:1", "answer", "{}"), one.pushed("room:1", "direct", "{}"));
    }
}
