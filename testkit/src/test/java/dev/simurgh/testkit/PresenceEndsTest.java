package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Socket;
import dev.simurgh.channel.StopReason;
import dev.simurgh.presence.Presence;
import dev.simurgh.presence.PresenceOwner;
import dev.simurgh.presence.PresenceStats;
import dev.simurgh.presence.TrackResult.Refusal;
import dev.simurgh.testkit.PresenceRoom.Hello;
import dev.simurgh.testkit.PresenceRoom.Place;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a channel ends, nothing of what it has tracked is left behind. */
class PresenceEndsTest {
    private final Presence presence =
            Presence.builder().diffInterval(Duration.ZERO).build();
    private final ChannelCase chat =
            ChannelCase.builder().endpoint(endpoint -> endpoint.part(presence)).build();

    @AfterEach
    void close() {
        chat.close();
    }

    private void assertNothingIsLeft() {
        chat.clock().advance(Duration.ofMillis(100));
        PresenceStats.Own own = presence.stats().own();
        assertThat(own.tracked()).isZero();
        assertThat(own.bytes()).isZero();
        assertThat(own.channels()).isZero();
        assertThat(own.lingering()).isZero();
        assertThat(presence.stats().topics()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"leave", "stop", "other", "crash", "kick", "break", "drain"})
    void aChannelThatEnds(String how) {
        Connected client = chat.connect(PresenceRoom.socket(presence));
        Joined ann = client.join("room:1", new Hello("ann", "phone"));
        ann.push("also", new Place("room:2", "dog"));
        ann.push("also", new Place("room:1", "dog"));
        assertThat(presence.count("room:1")).isEqualTo(2);
        assertThat(presence.stats().own().tracked()).isEqualTo(3);
        switch (how) {
            case "leave" -> ann.leave();
            case "break" -> ann.close();
            case "kick" -> chat.endpoint().disconnect("users:1");
            case "drain" -> assertThat(chat.endpoint().drain()).isNotDone();
            case "crash" -> {
                ann.push("crash");
                ann.assertCrashed();
            }
            default -> ann.push(how);
        }
        chat.clock().advance(Duration.ofSeconds(20));
        assertNothingIsLeft();
    }

    @Test
    void aChannelThatIsJoinedAnewEndsBeforeItsSuccessorBegins() {
        Connected client = chat.connect(PresenceRoom.socket(presence));
        Joined old = client.join("room:1", new Hello("ann", "phone"));
        Joined next = client.join("room:1", new Hello("ann", "phone"));

        old.assertStopped(StopReason.Kind.DUPLICATE_JOIN);
        assertThat(presence.get("room:1", "ann")).hasSize(1);
        next.assertPresences("ann");
        next.leave();
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "crash", "slow"})
    void aJoinThatIsNotLetIn(String how) {
        Runnable slow = () -> chat.clock().advance(Duration.ofSeconds(10));
        JoinAttempt attempt =
                chat.connect(PresenceRoom.socket(presence, slow)).tryJoin("late:1", new Hello("ann", how));
        switch (how) {
            case "refused" -> attempt.assertError();
            case "crash" -> attempt.assertCrashed();
            default -> attempt.assertError(PresenceRoom.reason("join timeout"));
        }
        assertNothingIsLeft();
    }

    @Test
    void theEndOfTheEndpointIsTheEndOfAll() {
        chat.connect(PresenceRoom.socket(presence)).join("room:1", new Hello("ann", "phone"));
        PresenceOwner job = presence.owner();
        job.track("room:1", "job", Map.of());

        chat.close();

        assertThat(job.track("room:1", "more", Map.of()).refusal()).contains(Refusal.ENDED);
        assertThat(presence.stats().own().channels()).isZero();
        assertThat(presence.list("room:1")).doesNotContainKey("ann");
    }

    @Test
    void aChannelThatHasEndedTracksNothing() {
        AtomicReference<Socket> kept = new AtomicReference<>();
        Connected client = chat.connect(PresenceRoom.socket(presence));
        Joined ann = client.join("hand:1");
        ann.push("also", new Place("hand:1", "ann"));
        ann.inspect(PresenceRoom.class, room -> kept.set(room.seen));
        ann.leave();

        var socket = Objects.requireNonNull(kept.get());
        assertThat(presence.track(socket, "late", Map.of()).refusal()).contains(Refusal.ENDED);
        assertThat(presence.track(socket, "late", Map.of()).refusal()).contains(Refusal.ENDED);
        assertThat(presence.untrack(socket, "late").refusal()).contains(Refusal.ENDED);
        assertNothingIsLeft();
    }

    @Test
    void whatTheJoinHasTrackedByHandIsThereBesideWhatItShows() {
        Joined ann = chat.connect(PresenceRoom.socket(presence)).join("late:1", new Hello("ann", "by hand"));
        ann.assertPresences("ann", "by hand");
        ann.leave();
        assertNothingIsLeft();
    }

    @Test
    void aPlaceThatIsGivenUpBeforeTheReplyIsNotTaken() {
        Joined ann = chat.connect(PresenceRoom.socket(presence)).join("late:1", new Hello("ann", "given up"));
        ann.assertPresences();
        ann.leave();
        assertNothingIsLeft();
    }

    @Test
    void manyChannelsThatEndAtOnce() {
        var spec = PresenceRoom.socket(presence);
        List<Connected> clients = IntStream.range(0, 100)
                .mapToObj(i -> {
                    Connected client = chat.connect(spec);
                    for (int topic = 0; topic < 4; topic++) {
                        client.join("room:" + topic, new Hello("user" + i, "phone"));
                    }
                    return client;
                })
                .toList();
        chat.clock().advance(Duration.ofSeconds(1));
        assertThat(presence.stats().own().tracked()).isEqualTo(400);
        clients.forEach(Connected::close);
        assertNothingIsLeft();
    }
}
