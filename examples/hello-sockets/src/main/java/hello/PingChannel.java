package hello;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.StopReason;
import java.util.HashMap;
import java.util.Map;

/** Answers pings: one event for each kind of answer that a channel can give. */
public final class PingChannel {
    record Pong(String ping) {}

    record Goodbye(String msg) {}

    static ChannelSpec<PingChannel> spec() {
        return ChannelSpec.builder(PingChannel::new)
                .handleIn("ping", Map.class, PingChannel::ping)
                .replies("ping", Pong.class)
                .handleIn("pong", (channel, socket) -> Result.noReply())
                .handleIn("param_ping", Map.class, PingChannel::paramPing)
                .replies("param_ping", Map.class)
                .replies("param_ping", "error", Map.class)
                .handleIn("ding", PingChannel::ding)
                .replies("ding", Goodbye.class)
                .handleIn("broadcast_request_ping", PingChannel::broadcastRequestPing)
                .handleOut("request_ping", Map.class, PingChannel::requestPing)
                .pushes("send_ping", Map.class)
                .build();
    }

    Result ping(Map<?, ?> payload, Socket socket) {
        if (socket.topic().startsWith("ping:")) {
            return Result.ok(new Pong(socket.topicRest()));
        }
        return Result.ok(new Pong(payload.get("ack_phrase") instanceof String phrase ? phrase : "pong"));
    }

    Result paramPing(Map<?, ?> payload, Socket socket) {
        return Boolean.TRUE.equals(payload.get("error")) ? Result.error(payload) : Result.ok(payload);
    }

    Result ding(Socket socket) {
        return Result.ok(new Goodbye("shutting down")).andStop(StopReason.shutdown());
    }

    Result broadcastRequestPing(Socket socket) {
        socket.broadcast("request_ping", Map.of());
        return Result.noReply();
    }

    /** Intercepts a broadcast: each client gets it from the node that it is connected to. */
    Next requestPing(Map<?, ?> payload, Socket socket) {
        Map<Object, Object> ping = new HashMap<>(payload);
        ping.put("from_node", socket.endpoint().node().self());
        socket.push("send_ping", ping);
        return Result.noReply();
    }
}
