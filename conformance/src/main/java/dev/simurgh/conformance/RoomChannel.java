package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The ways to join, push, broadcast and reply. What a join does depends on the room's name. */
public final class RoomChannel {
    private static final JsonNode NULL = NullNode.getInstance();

    private record Late(SocketRef ref, Payload payload) {}

    private record Refusal(String reason) {}

    private record Welcome(JsonNode youSent) {}

    private record Entered(String topic) {}

    private record Goodbye(String message) {}

    private record Pushed(int n) {}

    private record Done(boolean done) {}

    private record Text(String s) {}

    private record Numbers(double a, double b, double c, BigInteger d, double e) {}

    /** The channel as it is declared. */
    public static ChannelSpec<RoomChannel> spec() {
        return ChannelSpec.builder(RoomChannel::new)
                .join(JsonNode.class, RoomChannel::join)
                .afterJoin(RoomChannel::afterJoin)
                .handleIn("shout", Payload.class, RoomChannel::shout)
                .handleIn("shout_from", Payload.class, RoomChannel::shoutFrom)
                .handleIn("shout_reply", Payload.class, RoomChannel::shoutReply)
                .handleIn("async", Payload.class, RoomChannel::async)
                .handleInfo(Late.class, RoomChannel::late)
                .handleIn("push_me", RoomChannel::pushMe)
                .handleIn("push_then_reply", RoomChannel::pushThenReply)
                .replies("push_then_reply", Done.class)
                .handleIn("echo", JsonNode.class, (room, payload, socket) -> Result.ok(payload))
                .handleIn("reply_ok", (room, socket) -> Result.ok())
                .handleIn("reply_error", (room, socket) -> Result.error())
                .handleIn("reply_custom", RoomChannel::replyCustom)
                .replies("reply_custom", "teapot", Map.class)
                .handleIn("reply_string", (room, socket) -> Result.ok("just text"))
                .replies("reply_string", String.class)
                .handleIn("reply_list", (room, socket) -> Result.ok(List.of(1, "two", NULL)))
                .replies("reply_list", List.class)
                .handleIn("reply_nil", (room, socket) -> Result.ok(NULL))
                .handleIn("unicode", RoomChannel::unicode)
                .replies("unicode", Text.class)
                .handleIn("floats", RoomChannel::floats)
                .replies("floats", Numbers.class)
                .joinReplies(Payload.class)
                .pushes("after_join", Entered.class)
                .pushes("pushed", Pushed.class)
                .pushes("you_left", Goodbye.class)
                .broadcasts("user_entered", Entered.class)
                .broadcasts("shout", Payload.class)
                .terminate(RoomChannel::terminate)
                .build();
    }

    JoinResult join(JsonNode payload, Socket socket) {
        if (socket.topic().startsWith("room:private")) {
            return JoinResult.error(new Refusal("unauthorized"));
        }
        return socket.topic().startsWith("room:welcome") ? JoinResult.ok(new Welcome(payload)) : JoinResult.ok();
    }

    Next afterJoin(Socket socket) {
        if (!socket.topicRest().startsWith("pushy")) {
            return Result.noReply();
        }
        Entered entered = new Entered(socket.topic());
        socket.push("after_join", entered);
        socket.broadcast("user_entered", entered);
        return Result.noReply();
    }

    Result shout(Payload payload, Socket socket) {
        socket.broadcast("shout", payload);
        return Result.noReply();
    }

    Result shoutFrom(Payload payload, Socket socket) {
        socket.broadcastFrom("shout", payload);
        return Result.noReply();
    }

    Result shoutReply(Payload payload, Socket socket) {
        socket.broadcast("shout", payload);
        return Result.ok();
    }

    Result async(Payload payload, Socket socket) {
        socket.sendAfter(Duration.ofMillis(200), new Late(socket.ref(), payload));
        return Result.noReply();
    }

    Next late(Late late, Socket socket) {
        late.ref().ok(late.payload());
        return Result.noReply();
    }

    Result pushMe(Socket socket) {
        for (int n = 1; n <= 3; n++) {
            socket.push("pushed", new Pushed(n));
        }
        return Result.noReply();
    }

    Result pushThenReply(Socket socket) {
        socket.push("pushed", new Pushed(1));
        return Result.ok(new Done(true));
    }

    Result replyCustom(Socket socket) {
        return Result.reply("teapot", Map.of("short", "stout"));
    }

    Result unicode(Socket socket) {
        return Result.ok(new Text("é\u2028<>&/\"\\\n\u0001 😀"));
    }

    Result floats(Socket socket) {
        return Result.ok(new Numbers(1.0, 1e20, 1e-7, new BigInteger("12345678901234567890"), -0.0));
    }

    void terminate(StopReason reason, Socket socket) {
        if (socket.topic().startsWith("room:goodbye")) {
            socket.push("you_left", new Goodbye("bye!"));
        }
    }
}
