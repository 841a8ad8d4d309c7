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

    private enum AfterJoin {
        INSTANCE
    }

    static ChannelSpec<ChatChannel> spec() {
        return ChannelSpec.builder(ChatChannel::new)
                .join(Enter.class, ChatChannel::join)
                .handleIn("say", Say.class, ChatChannel::say)
                .handleInfo(AfterJoin.class, ChatChannel::afterJoin)
                .build();
    }

    private String name = "";

    JoinResult join(Enter enter, Socket socket) {
        if (enter.name() == null || enter.name().isBlank()) {
            return JoinResult.error(new Refusal("name is missing"));
        }
        name = enter.name();
        socket.send(AfterJoin.INSTANCE);
        return JoinResult.ok();
    }

    Next afterJoin(AfterJoin message, Socket socket) {
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
