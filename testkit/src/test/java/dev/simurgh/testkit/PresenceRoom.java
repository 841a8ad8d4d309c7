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
import java.util.Map;

/** A room that shows who is there, and whose client may do with presence whatever it likes. */
final class PresenceRoom {
    record Hello(String name, String device) {}

    record Device(String device) {}

    record Place(String topic, String key) {}

    final Presence presence;
    String name = "";

    private PresenceRoom(Presence presence) {
        this.presence = presence;
    }

    /** {@code room:*}, with that and {@code hand:*}, where the client tracks itself. */
    static SocketSpec socket(Presence presence) {
        return SocketSpec.builder()
                .id(assigns -> "users:1")
                .channel(
                        "room:*",
                        spec(presence).join(Hello.class, PresenceRoom::join).build())
                .channel("hand:*", spec(presence).build())
                .build();
    }

    private static ChannelSpec.Builder<PresenceRoom> spec(Presence presence) {
        return ChannelSpec.builder(() -> new PresenceRoom(presence))
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

    Result move(Device device, Socket socket) {
        return presence.update(socket, name, device).reply();
    }

    Result also(Place place, Socket socket) {
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
