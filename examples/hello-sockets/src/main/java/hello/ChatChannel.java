package hello;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.presence.Presence;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A room: who is in it hears what is said in it, and sees who else is there. Nothing is kept. */
public final class ChatChannel {
    /** What a client joins with. */
    record Enter(String name) {}

    /** What everybody in the room sees of each window, under its name. */
    record Here(String node, boolean typing) {}

    /** What a client pushes. */
    record Say(String text) {}

    record Typing(boolean typing) {}

    /** What goes to everybody in the room. */
    record Said(String name, String text) {}

    record Refusal(String reason) {}

    /** Who is in the room, by name: what phoenix.js makes a list of. */
    private interface Everybody extends Map<String, Windows> {}

    private record Windows(List<Window> metas) {}

    private record Window(
            String node,
            boolean typing,
            @JsonProperty("phx_ref") String ref,
            @Nullable @JsonProperty("phx_ref_prev") String refBefore) {}

    private record Change(Everybody joins, Everybody leaves) {}

    static ChannelSpec<ChatChannel> spec(Presence presence) {
        return ChannelSpec.builder(() -> new ChatChannel(presence))
                .join(Enter.class, ChatChannel::join)
                .handleIn("say", Say.class, ChatChannel::say)
                .handleIn("typing", Typing.class, ChatChannel::typing)
                .broadcasts("said", Said.class)
                .pushes("presence_state", Everybody.class)
                .pushes("presence_diff", Change.class)
                .build();
    }

    private final Presence presence;
    private String name = "";

    private ChatChannel(Presence presence) {
        this.presence = presence;
    }

    JoinResult join(Enter enter, Socket socket) {
        if (enter.name() == null || enter.name().isBlank()) {
            return JoinResult.error(new Refusal("name is missing"));
        }
        name = enter.name();
        return presence.joinState(socket, name, here(socket, false));
    }

    Result say(Say say, Socket socket) {
        if (say.text() == null || say.text().isBlank()) {
            return Result.error(new Refusal("text is missing"));
        }
        socket.broadcast("said", new Said(name, say.text()));
        return Result.ok();
    }

    Result typing(Typing typing, Socket socket) {
        return presence.update(socket, name, here(socket, typing.typing())).reply();
    }

    private static Here here(Socket socket, boolean typing) {
        return new Here(socket.endpoint().node().self(), typing);
    }
}
