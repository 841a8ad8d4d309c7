package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers pings in the ways there are, and marks where a broadcast ping came from. */
public final class PingChannel {
    private static final String PREFIX = "ping:";

    record Ping(@Nullable String ackPhrase) {}

    record Pong(String ping) {}

    private record Refusal(String reason) {}

    private record LastWord(String msg) {}

    /** The channel as it is declared. */
    public static ChannelSpec<PingChannel> spec() {
        return ChannelSpec.builder(PingChannel::new)
                .handleIn("ping", Ping.class, PingChannel::ping)
                .replies("ping", Pong.class)
                .handleIn("param_ping", Map.class, PingChannel::paramPing)
                .replies("param_ping", Map.class)
                .handleIn("pong", (ping, socket) -> Result.noReply())
                .handleIn("ding", PingChannel::ding)
                .replies("ding", LastWord.class)
                .handleAny(PingChannel::pingPhrase)
                .handleOut("request_ping", Map.class, PingChannel::requestPing)
                .pushes("send_ping", Map.class)
                .build();
    }

    Result ping(Ping ping, Socket socket) {
        return Result.ok(new Pong(ping.ackPhrase() == null ? "pong" : ping.ackPhrase()));
    }

    Result paramPing(Map<?, ?> params, Socket socket) {
        return Boolean.TRUE.equals(params.get("error"))
                ? Result.error(new Refusal("You asked for this!"))
                : Result.ok(params);
    }

    Result ding(Socket socket) {
        return Result.ok(new LastWord("shutting down")).andStop(StopReason.shutdown());
    }

    /** The event itself carries the phrase: {@code ping:again}. */
    Result pingPhrase(Message message, Socket socket) {
        if (!message.event().startsWith(PREFIX)) {
            throw new IllegalArgumentException("event: " + message.event() + " (expected: ping:PHRASE)");
        }
        return Result.ok(new Pong(message.event().substring(PREFIX.length())));
    }

    Next requestPing(Map<?, ?> request, Socket socket) {
        Map<Object, Object> ping = new LinkedHashMap<>(request);
        ping.put("from_node", socket.endpoint().node().self());
        socket.push("send_ping", ping);
        return Result.noReply();
    }
}
