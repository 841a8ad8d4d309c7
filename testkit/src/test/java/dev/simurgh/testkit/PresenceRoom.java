package dev.simurgh.testkit;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.StopReason;
import dev.simurgh.presence.Presence;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A room that shows who is there, and whose client may do with presence whatever it likes. */
final class PresenceRoom {
    record Hello(String name, String device) {}

    record Device(String device) {}

    record Place(String topic, String key) {}

    final Presence presence;
    String name = "";

    @Nullable
    Socket seen;

    private final Runnable slow;

    private PresenceRoom(Presence presence, Runnable slow) {
        this.presence = presence;
        this.slow = slow;
    }

    /** {@code room:*}, with that and {@code hand:*}, where the client tracks itself. */
    static SocketSpec socket(Presence presence) {
        return socket(presence, () -> {});
    }

    /** @param slow what makes {@code late:*} late */
    static SocketSpec socket(Presence presence, Runnable slow) {
        return SocketSpec.builder()
                .id(assigns -> "users:1")
                .channel(
                        "room:*",
                        spec(presence, slow)
                                .join(Hello.class, PresenceRoom::join)
                                .build())
                .channel("hand:*", spec(presence, slow).build())
                .channel(
                        "late:*",
                        spec(presence, slow)
                                .join(Hello.class, PresenceRoom::joinLate)
                                .joinTimeout(Duration.ofSeconds(5))
                                .build())
                .build();
    }

    private static ChannelSpec.Builder<PresenceRoom> spec(Presence presence, Runnable slow) {
        return ChannelSpec.builder(() -> new PresenceRoom(presence, slow))
                .handleIn("move", Device.class, PresenceRoom::move)
                .handleIn("also", Place.class, PresenceRoom::also)
                .handleIn("never", Place.class, PresenceRoom::never)
                .handleIn("crash", (room, socket) -> {
                    throw new IllegalStateException("crash");
                })
                .handleIn("stop", PresenceRoom::stop)
                .handleIn("other", PresenceRoom::other);
    }

    JoinResult join(Hello hello, Socket socket) {
        name = hello.name();
        return presence.joinState(socket, name, new Device(hello.device()));
    }

    /** As its client has it: lets it in, refuses it, crashes or takes too long, behind what it has tracked. */
    JoinResult joinLate(Hello hello, Socket socket) {
        JoinResult joined = join(hello, socket);
        switch (hello.device()) {
            case "given up" -> presence.untrack(socket, hello.name());
            case "by hand" -> presence.track(socket, "by hand", Map.of());
            case "refused" -> {
                presence.track(socket, "by hand", Map.of());
                return JoinResult.error();
            }
            case "crash" -> {
                presence.track(socket, "by hand", Map.of());
                throw new IllegalStateException("late");
            }
            case "slow" -> {
                presence.track(socket, "by hand", Map.of());
                slow.run();
            }
            default -> {}
        }
        return joined;
    }

    Result move(Device device, Socket socket) {
        return presence.update(socket, name, device).reply();
    }

    Result also(Place place, Socket socket) {
        seen = socket;
        return presence.owner(socket)
                .track(place.topic(), place.key(), Map.of())
                .reply();
    }

    Result never(Place place, Socket socket) {
        return presence.owner(socket).untrack(place.topic(), place.key()).reply();
    }

    Next stop(Socket socket) {
        return Result.stop();
    }

    Next other(Socket socket) {
        return Result.stop(StopReason.other("other"));
    }

    static Payload reason(String reason) {
        return Payload.json("{\"reason\":\"" + reason + "\"}");
    }
}
