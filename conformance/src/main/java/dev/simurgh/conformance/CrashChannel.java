package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Reply;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** The ways for a channel to end, and some that should not end it. What Erlang calls an exit is here an exception of another kind. */
public final class CrashChannel {
    private record Words(String last) {}

    /** The channel as it is declared. */
    public static ChannelSpec<CrashChannel> spec() {
        var spec = ChannelSpec.builder(CrashChannel::new)
                .join(CrashChannel::join)
                .handleIn("echo", Payload.class, (c, p, s) -> Result.ok(p));
        crashes(spec);
        stops(spec);
        return spec.build();
    }

    private static void crashes(ChannelSpec.Builder<CrashChannel> spec) {
        spec.handleIn("crash", (c, s) -> {
                    throw new IllegalStateException("on purpose");
                })
                .handleIn("exit_normal", (c, s) -> {
                    throw new CancellationException("on purpose");
                })
                .handleIn("exit_shutdown", (c, s) -> {
                    throw new InterruptedException("on purpose");
                })
                .handleIn("kill", (c, s) -> {
                    throw new StackOverflowError("on purpose");
                })
                .handleIn("invalid", CrashChannel::returnNull)
                .handleIn("invalid_reply", CrashChannel::replyNull)
                .handleIn("bad_payload", CrashChannel::replyUnencodable)
                .handleIn("push_string", CrashChannel::pushString);
    }

    private static void stops(ChannelSpec.Builder<CrashChannel> spec) {
        StopReason shutdown = StopReason.shutdown();
        StopReason other = StopReason.other("other");
        Reply reply = Result.ok(new Words("words"));
        Reply error = Result.error(new Words("words"));
        spec.handleIn("stop", (c, s) -> Result.stop())
                .handleIn("stop_shutdown", (c, s) -> Result.stop(shutdown))
                .handleIn("stop_shutdown_tuple", (c, s) -> Result.stop(StopReason.shutdown("why")))
                .handleIn("stop_other", (c, s) -> Result.stop(other))
                .handleIn("stop_status", (c, s) -> Result.ok().andStop())
                .handleIn("stop_reply", (c, s) -> reply.andStop())
                .handleIn("stop_reply_shutdown", (c, s) -> reply.andStop(shutdown))
                .handleIn("stop_reply_other", (c, s) -> error.andStop(other));
    }

    @SuppressWarnings("NullAway") // returns what it must not return
    JoinResult join(Socket socket) throws Exception {
        return switch (socket.topic()) {
            case "crash:join" -> throw new IllegalStateException("on purpose");
            case "crash:exit" -> throw new CancellationException("on purpose");
            case "crash:throw" -> throw new Exception("on purpose");
            case "crash:invalid" -> null;
            default -> JoinResult.ok();
        };
    }

    @SuppressWarnings("NullAway")
    Result returnNull(Socket socket) {
        return null;
    }

    @SuppressWarnings("NullAway")
    Result replyNull(Socket socket) {
        return Result.ok(null);
    }

    /** The codec finds nothing to encode in a bare object. */
    Result replyUnencodable(Socket socket) {
        return Result.ok(new Object());
    }

    Result pushString(Socket socket) {
        socket.push("text", Map.of("a", 1));
        socket.push("text", "no map");
        return Result.noReply();
    }
}
