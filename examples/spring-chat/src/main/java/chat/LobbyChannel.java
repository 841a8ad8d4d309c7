package chat;

import chat.Rooms.Room;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.presence.Presence;
import dev.simurgh.spring.Assign;
import dev.simurgh.spring.Broadcasts;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.Replies;
import dev.simurgh.spring.SimurghChannel;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.security.core.Authentication;

/** Where everybody is: tells which rooms there are, and who is here, in which room, and whether they are typing. */
@SimurghChannel("lobby")
@Broadcasts(event = "room", type = Room.class)
class LobbyChannel {
    /** Where a window is. */
    record Here(String room, boolean typing) {}

    /** As the others see a window. */
    record Seen(String name, String room, boolean typing) {}

    record Open(String title) {}

    record Opened(String slug) {}

    record Directory(List<Room> rooms) {}

    private final Users users;
    private final Rooms rooms;
    private final Presence presence;
    private final Clock clock;

    LobbyChannel(Users users, Rooms rooms, Presence presence, Clock clock) {
        this.users = users;
        this.rooms = rooms;
        this.presence = presence;
        this.clock = clock;
    }

    @Join
    @Replies(Directory.class)
    JoinResult join(Here here, @Assign("authentication") Authentication user, Socket socket) {
        JoinResult accepted = JoinResult.ok(new Directory(rooms.all()));
        return presence.joinState(socket, user.getName(), seen(here, users.get(user.getName())), accepted);
    }

    @HandleIn("here")
    void here(Here here, @Assign("authentication") Authentication user, Socket socket) {
        presence.update(socket, user.getName(), seen(here, users.get(user.getName())));
    }

    private Seen seen(Here here, User user) {
        boolean inside = rooms.has(here.room());
        return new Seen(user.name(), inside ? here.room() : "", inside && here.typing());
    }

    /** Opens a room for everybody; one that is there already is just as well. */
    @HandleIn("open")
    @Replies(Opened.class)
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
}
