package chat;

import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Socket;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.OnceResult;
import dev.simurgh.journal.StoredReply;
import dev.simurgh.spring.Assign;
import dev.simurgh.spring.Broadcasts;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.Replies;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.TopicRest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.security.core.Authentication;

/**
 * Talks about a room. Its topic is kept: what is said is stored before anybody sees it, and a page that was away gets what it has missed, without a line
 * here. A message has the number of its place in the journal, by which what was not read is counted.
 */
@SimurghChannel("room:*")
@Broadcasts(event = "said", type = RoomChannel.Said.class)
class RoomChannel {
    static final int LONGEST = 2_000;

    /**
     * What somebody says.
     *
     * @param key of the page's own choice: sent again under the same key it is said once
     */
    record Say(String text, String key) {
        Say {
            if (text.isBlank() || text.length() > LONGEST) {
                throw new IllegalArgumentException(
                        "text: " + text.length() + " characters (expected: 1 to " + LONGEST + ", not all blank)");
            }
        }
    }

    /**
     * What was said.
     *
     * @param at milliseconds since 1970
     */
    record Said(String key, String by, String name, String text, long at) {}

    /** Asks for what was said before a message; before 0, for the latest. */
    record Earlier(long before) {}

    /** What was said, oldest first, and whether there was something before. */
    record Lines(List<Line> lines, boolean more) {}

    record Line(long number, Said said) {}

    /** How far somebody has read. */
    record Read(String position) {}

    /** What a page has to know of a room: the number of the last message, and of the last one that its user has read. */
    record Standing(long last, long read) {}

    private final Users users;
    private final Rooms rooms;
    private final Archive archive;
    private final KeptTopics kept;
    private final Clock clock;

    RoomChannel(Users users, Rooms rooms, Archive archive, KeptTopics kept, Clock clock) {
        this.users = users;
        this.rooms = rooms;
        this.archive = archive;
        this.kept = kept;
        this.clock = clock;
    }

    @Join
    @Replies(Standing.class)
    JoinResult join(@TopicRest String room, Socket socket) {
        return rooms.has(room)
                ? JoinResult.ok(archive.standing(socket))
                : JoinResult.error(Map.of("reason", "no such room"));
    }

    /** Answers once it is stored. Everybody in the room gets it by then, the one who has said it, too. */
    @HandleIn("say")
    void say(Say say, @Assign("authentication") Authentication user, Socket socket) {
        StoredReply.send(
                socket.ref(),
                kept.once(
                        socket,
                        say.key(),
                        say,
                        () -> OnceResult.reply(Map.of()).broadcast("said", said(say, users.get(user.getName())))));
    }

    private Said said(Say say, User who) {
        return new Said(say.key(), who.login(), who.name(), say.text().strip(), clock.millis());
    }

    @HandleIn("earlier")
    Lines earlier(Earlier asked, Socket socket) {
        return archive.before(socket.topic(), asked.before());
    }

    /** Also tells the other windows of the same user. */
    @HandleIn("read")
    void read(Read read, @TopicRest String room, @Assign("authentication") Authentication user, Socket socket) {
        archive.read(socket, read.position())
                .ifPresent(number -> socket.endpoint()
                        .broadcast(UserChannel.topic(user.getName()), "read", new UserChannel.Read(room, number)));
    }
}
