package chat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.OnceResult;
import dev.simurgh.journal.StoredReply;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Talks about a room. Its topic is kept: what is said is stored before anybody sees it, and a page that was away gets what it has missed, without a line
 * here. A message has the number of its place in the journal, which is what is counted for the unread.
 */
final class RoomChannel {
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

    /** Asks for what was said before a message; 0 for the latest. */
    record Earlier(long before) {}

    /** What was said, oldest first, with what it does not repeat: the number. */
    record Lines(List<Line> lines, boolean more) {}

    record Line(long number, Said said) {}

    /** How far somebody has read. */
    record Read(String position) {}

    /** What a page has to know of a room: the number of the last message, and of the last one that its user has read. */
    record Standing(long last, long read) {}

    private final Rooms rooms;
    private final Archive archive;
    private final KeptTopics kept;
    private final Clock clock;

    RoomChannel(Rooms rooms, Archive archive, KeptTopics kept, Clock clock) {
        this.rooms = rooms;
        this.archive = archive;
        this.kept = kept;
        this.clock = clock;
    }

    static ChannelSpec<RoomChannel> spec(Rooms rooms, Archive archive, KeptTopics kept, Clock clock) {
        return ChannelSpec.builder(() -> new RoomChannel(rooms, archive, kept, clock))
                .join(RoomChannel::join)
                .handleIn("say", Say.class, RoomChannel::say)
                .handleIn("earlier", Earlier.class, RoomChannel::earlier)
                .handleIn("read", Read.class, RoomChannel::read)
                .build();
    }

    JoinResult join(Socket socket) {
        return rooms.has(socket.topicRest())
                ? JoinResult.ok(archive.standing(socket.topic(), who(socket)))
                : JoinResult.error(Map.of("reason", "no such room"));
    }

    /** Answers once it is stored. Everybody in the room gets it by then, the one who has said it, too. */
    Result say(Say say, Socket socket) {
        Who who = who(socket);
        StoredReply.send(
                socket.ref(),
                kept.once(
                        socket,
                        say.key(),
                        say,
                        () -> OnceResult.reply(Map.of())
                                .broadcast(
                                        "said",
                                        new Said(
                                                say.key(),
                                                who.login(),
                                                who.name(),
                                                say.text().strip(),
                                                clock.millis()))));
        return Result.noReply();
    }

    Result earlier(Earlier asked, Socket socket) {
        return Result.ok(archive.before(socket.topic(), asked.before()));
    }

    /** Also tells the other windows of the same user. */
    Result read(Read read, Socket socket) {
        archive.read(socket.topic(), who(socket), read.position())
                .ifPresent(number -> socket.endpoint()
                        .broadcast(
                                UserChannel.topic(who(socket).login()),
                                "read",
                                new UserChannel.Read(socket.topicRest(), number)));
        return Result.noReply();
    }

    private static Who who(Socket socket) {
        return socket.assigns().get(Who.KEY);
    }
}
