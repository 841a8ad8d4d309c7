package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.presence.Presence;
import dev.simurgh.presence.TrackResult;
import dev.simurgh.presence.TrackResult.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows who is on its topic. Tracks first and pushes the state next, and replies before a change, so that what comes of it comes behind the reply: the order that
 * was recorded.
 */
public final class PresenceChannel {
    private final Presence presence;
    private String key = "";

    record Hello(@Nullable Object userId, @Nullable Object device) {}

    private record Device(@Nullable Object device) {}

    private PresenceChannel(Presence presence) {
        this.presence = presence;
    }

    /** The channel as it is declared. */
    public static ChannelSpec<PresenceChannel> spec(Presence presence) {
        return ChannelSpec.builder(() -> new PresenceChannel(presence))
                .join(Hello.class, PresenceChannel::join)
                .handleIn("update", Map.class, PresenceChannel::update)
                .handleIn("untrack", PresenceChannel::untrack)
                .handleIn("list", PresenceChannel::list)
                .build();
    }

    JoinResult join(Hello hello, Socket socket) {
        key = hello.userId() == null ? "" : hello.userId().toString();
        return presence.joinState(socket, key, new Device(hello.device()));
    }

    Result update(Map<?, ?> more, Socket socket) {
        socket.ref().ok();
        done(presence.update(socket, key, old -> merged(old.as(Map.class), more)));
        return Result.noReply();
    }

    Result untrack(Socket socket) {
        socket.ref().ok();
        done(presence.untrack(socket, key));
        return Result.noReply();
    }

    private static Map<Object, Object> merged(Map<?, ?> had, Map<?, ?> more) {
        Map<Object, Object> merged = new LinkedHashMap<>(had);
        merged.putAll(more);
        return merged;
    }

    /** It has been answered already, so what is refused crashes the channel. */
    private static void done(TrackResult result) {
        if (!result.isOk() && result.refusal().orElseThrow() != Refusal.NOT_TRACKED) {
            throw new IllegalStateException("presence: " + result);
        }
    }

    Result list(Socket socket) {
        return Result.ok(presence.state(socket.topic()).join());
    }
}
