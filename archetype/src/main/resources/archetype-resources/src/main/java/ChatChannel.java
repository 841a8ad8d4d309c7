package ${package};

import dev.simurgh.channel.*;

public final class ChatChannel {
    /** What a client joins with. */
    record Enter(String name) {}

    /** What a client pushes. */
    record Say(String text) {}

    /** What goes to everybody in the room. */
    record Said(String name, String text) {}

    record Entered(String name) {}

    record Refusal(String reason) {}

    static ChannelSpec<ChatChannel> spec() {
        return ChannelSpec.builder(ChatChannel::new)
                .join(Enter.class, ChatChannel::join)
                .afterJoin(ChatChannel::afterJoin)
                .handleIn("say", Say.class, ChatChannel::say)
                .build();
    }

    private String name = "";

    JoinResult join(Enter enter, Socket socket) {
        if (enter.name() == null || enter.name().isBlank()) {
            return JoinResult.error(new Refusal("name is missing"));
        }
        name = enter.name();
        return JoinResult.ok();
    }

    Next afterJoin(Socket socket) {
        socket.broadcastFrom("entered", new Entered(name));
        return Result.noReply();
    }

    Result say(Say say, Socket socket) {
        if (say.text() == null || say.text().isBlank()) {
            return Result.error(new Refusal("text is missing"));
        }
        socket.broadcast("said", new Said(name, say.text()));
        return Result.ok();
    }
}
