package chat;

import chat.Rooms.Room;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.presence.Presence;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where everybody is: tells which rooms there are, and who is here, in which room, and whether they are typing. */
final class LobbyChannel {
    /** Where a window is. */
    record Here(String room, boolean typing) {}

    /** As the others see a window. */
    record Seen(String name, String room, boolean typing) {}

    record Open(String title) {}

    record Opened(String slug) {}

    record Directory(List<Room> rooms) {}

    private final Rooms rooms;
    private final Presence presence;
    private final Clock clock;

    private LobbyChannel(Rooms rooms, Presence presence, Clock clock) {
        this.rooms = rooms;
        this.presence = presence;
        this.clock = clock;
    }

    static ChannelSpec<LobbyChannel> spec(Rooms rooms, Presence presence, Clock clock) {
        return ChannelSpec.builder(() -> new LobbyChannel(rooms, presence, clock))
                .join(Here.class, LobbyChannel::join)
                .handleIn("here", Here.class, LobbyChannel::here)
                .handleIn("open", Open.class, LobbyChannel::open)
                .build();
    }

    JoinResult join(Here here, Socket socket) {
        Directory directory = new Directory(rooms.all());
        return presence.joinState(socket, who(socket).login(), seen(here, socket), JoinResult.ok(directory));
    }

    Result here(Here here, Socket socket) {
        presence.update(socket, who(socket).login(), seen(here, socket));
        return Result.noReply();
    }

    /** Opens a room for everybody; one that is there already is just as well. */
    Result open(Open wanted, Socket socket) {
        Optional<Room> room = Room.of(wanted.title());
        if (room.isEmpty()) {
            return Result.error(Map.of("reason", "A room's name has 1 to 40 characters, and a letter or digit."));
        }
        if (!rooms.has(room.get().slug())) {
            if (rooms.count() >= Rooms.MOST) {
                return Result.error(Map.of("reason", "There are " + Rooms.MOST + " rooms: no more, please."));
            }
            rooms.open(room.get(), clock.millis());
            socket.broadcast("room", room.get());
        }
        return Result.ok(new Opened(room.get().slug()));
    }

    private Seen seen(Here here, Socket socket) {
        boolean inside = rooms.has(here.room());
        return new Seen(who(socket).name(), inside ? here.room() : "", inside && here.typing());
    }

    private static Who who(Socket socket) {
        return socket.assigns().get(Who.KEY);
    }
}
