package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.presence.Presence;
import dev.simurgh.protocol.Ref;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Presence under the kit: on its thread and its time, as the clients see it. */
class PresenceCaseTest {
    record Hello(String name, String device) {}

    record Device(String device) {}

    /** Shows who is in the room. */
    private static final class Room {
        private final Presence presence;
        private String name = "";

        Room(Presence presence) {
            this.presence = presence;
        }

        static SocketSpec socket(Presence presence) {
            return SocketSpec.builder()
                    .channel(
                            "room:*",
                            ChannelSpec.builder(() -> new Room(presence))
                                    .join(Hello.class, Room::join)
                                    .handleIn("move", Device.class, Room::move)
                                    .handleIn(
                                            "hide",
                                            (room, socket) -> room.presence
                                                    .untrack(socket, room.name)
                                                    .reply())
                                    .build())
                    .channel("quiet:*", ChannelSpec.builder(Object::new).build())
                    .build();
        }

        JoinResult join(Hello hello, Socket socket) {
            name = hello.name();
            return presence.joinState(socket, name, new Device(hello.device()));
        }

        Result move(Device device, Socket socket) {
            return presence.update(socket, name, device).reply();
        }
    }

    private final Presence presence =
            Presence.builder().diffInterval(Duration.ZERO).build();
    private final ChannelCase chat =
            ChannelCase.builder().endpoint(endpoint -> endpoint.part(presence)).build();

    @AfterEach
    void close() {
        chat.close();
    }

    private Joined join(String name, String device) {
        return chat.connect(Room.socket(presence)).join("room:1", new Hello(name, device));
    }

    @Test
    void everybodySeesWhoIsThere() {
        Joined ann = join("ann", "phone");
        ann.assertPresence("ann", new Device("phone")).assertPresences("ann").refutePresence("bob");

        Joined bob = join("bob", "desk");
        Joined bobToo = join("bob", "phone");

        for (Joined each : List.of(ann, bob, bobToo)) {
            each.assertPresence("ann", Map.of("device", "phone"))
                    .assertPresence("bob", new Device("phone"), new Device("desk"))
                    .assertPresence("bob")
                    .assertPresences("bob", "ann")
                    .refutePresence("bob", new Device("tablet"));
        }
        assertThat(ann.presences()).containsOnlyKeys("ann", "bob");
        assertThat(ann.presences().get("bob")).asString().contains("\"phx_ref\":");
    }

    @Test
    void whoGoesIsSeenNoMore() {
        Joined ann = join("ann", "phone");
        Joined bob = join("bob", "desk");
        Joined cid = join("cid", "desk");

        bob.close();
        cid.leave();

        ann.assertPresences("ann").refutePresence("bob").refutePresence("cid");
    }

    @Test
    void anUpdateAndAnUntrackAreSeen() {
        Joined ann = join("ann", "phone");
        Joined bob = join("bob", "desk");

        Ref moved = ann.push("move", new Device("train"));
        ann.assertReply(moved, "ok", Map.of());
        bob.assertPresence("ann", new Device("train")).refutePresence("ann", new Device("phone"));

        ann.push("hide");
        bob.assertPresences("bob");
        ann.assertPresences("bob");
    }

    @Test
    void whatMakesTheListIsTakenOutOfTheInbox() {
        Joined ann = join("ann", "phone");
        join("bob", "desk");

        ann.assertPresence("bob").refutePush();

        join("cid", "desk");
        ann.assertPush("presence_diff", Map.class);
        ann.assertPresences("ann", "bob", "cid");
    }

    @Test
    void aFailureShowsWhoIsThere() {
        Joined ann = join("ann", "phone");
        String seen = "  got:      ann {\"device\":\"phone\",\"phx_ref\":\"";
        String inbox = "\n  inbox of room:1:\n    reply to 1: ok {}  (asserted already)\n    presence_";

        assertThatThrownBy(() -> ann.assertPresence("ann", new Device("desk")))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("assertPresence on room:1\n  expected: ann {\"device\":\"desk\"}\n" + seen)
                .hasMessageContaining(inbox);
        assertThatThrownBy(() -> ann.assertPresence("ann", new Device("phone"), new Device("desk")))
                .hasMessageContaining("expected: ann {\"device\":\"phone\"}, {\"device\":\"desk\"}\n" + seen);
        assertThatThrownBy(() -> ann.assertPresence("bob")).hasMessageContaining("expected: bob\n" + seen);
        assertThatThrownBy(() -> ann.assertPresences("ann", "bob"))
                .hasMessageStartingWith("assertPresences on room:1\n  expected: ann, bob\n" + seen);
        assertThatThrownBy(ann::assertPresences).hasMessageContaining("expected: nobody\n" + seen);
        assertThatThrownBy(() -> ann.refutePresence("ann"))
                .hasMessageStartingWith("refutePresence on room:1\n  expected: not ann\n" + seen);
        assertThatThrownBy(() -> ann.refutePresence("ann", new Device("desk"), new Device("phone")))
                .hasMessageContaining("expected: not ann {\"device\":\"desk\"} or {\"device\":\"phone\"}\n" + seen);
    }

    @Test
    void whatIsToldLaterIsSeenWhenTimeHasPassed() {
        Presence paced = Presence.builder().build();
        try (ChannelCase chat =
                ChannelCase.builder().endpoint(endpoint -> endpoint.part(paced)).build()) {
            Joined ann = chat.connect(Room.socket(paced)).join("room:1", new Hello("ann", "phone"));
            chat.connect(Room.socket(paced)).join("room:1", new Hello("bob", "phone"));

            assertThatThrownBy(() -> ann.assertPresence("bob"))
                    .hasMessageContaining(
                            "Time stands still, and a topic is told of changes at most once in the diffInterval of its"
                                    + " Presence (expected: chat.clock().advance(Duration.ofMillis(50)), or a Presence"
                                    + " with diffInterval(Duration.ZERO)).");
            chat.clock().advance(Duration.ofMillis(50));
            ann.assertPresence("bob");
        }
    }

    @Test
    void aClientThatIsToldOfNobodySaysWhatIsMissing() {
        Joined quiet = chat.connect(Room.socket(presence)).join("quiet:1");

        for (ThrowingCallable assertion : List.<ThrowingCallable>of(
                () -> quiet.assertPresence("ann"), quiet::assertPresences, () -> quiet.refutePresence("ann"))) {
            assertThatThrownBy(assertion)
                    .hasMessageContaining("got:      no presence_state"
                            + " (expected: presence.joinState or presence.pushState in the channel)");
        }
    }
}
