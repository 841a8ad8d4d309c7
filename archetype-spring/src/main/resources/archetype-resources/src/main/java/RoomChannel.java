package ${package};

import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.spring.AfterJoin;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.SimurghChannel;

@SimurghChannel("room:*")
class RoomChannel {
    /** What a client joins with. */
    record Enter(String name) {}

    /** What a client pushes. */
    record Say(String text) {}

    /** What goes to everybody in the room. */
    record Said(String name, String text) {}

    record Entered(String name) {}

    record Refusal(String reason) {}

    private String name = "";

    @Join
    JoinResult join(Enter enter) {
        if (enter.name() == null || enter.name().isBlank()) {
            return JoinResult.error(new Refusal("name is missing"));
        }
        name = enter.name();
        return JoinResult.ok();
    }

    @AfterJoin
    void entered(Socket socket) {
        socket.broadcastFrom("entered", new Entered(name));
    }

    @HandleIn("say")
    Result say(Say say, Socket socket) {
        if (say.text() == null || say.text().isBlank()) {
            return Result.error(new Refusal("text is missing"));
        }
        socket.broadcast("said", new Said(name, say.text()));
        return Result.ok();
    }
}
