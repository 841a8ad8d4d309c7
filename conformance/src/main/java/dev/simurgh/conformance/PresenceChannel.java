package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.presence.Presence;
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
    private Device device = new Device(null);

    record Hello(@Nullable Object userId, @Nullable Object device) {}

    private record Device(@Nullable Object device) {}

    private PresenceChannel(Presence presence) {
        this.presence = presence;
    }

    /** The channel as it is declared. */
    public static ChannelSpec<PresenceChannel> spec(Presence presence) {
        return ChannelSpec.builder(() -> new PresenceChannel(presence))
                .join(Hello.class, PresenceChannel::join)
                .afterJoin(PresenceChannel::afterJoin)
                .handleIn("update", Map.class, PresenceChannel::update)
                .handleIn("untrack", PresenceChannel::untrack)
                .handleIn("list", PresenceChannel::list)
                .build();
    }

    JoinResult join(Hello hello, Socket socket) {
        key = hello.userId() == null ? "" : hello.userId().toString();
        device = new Device(hello.device());
        return JoinResult.ok();
    }

    Next afterJoin(Socket socket) {
        presence.track(socket, key, device);
        presence.pushState(socket);
        return Result.noReply();
    }

    Result update(Map<?, ?> more, Socket socket) {
        socket.ref().ok();
        presence.update(socket, key, old -> {
            Map<?, ?> had = old.as(Map.class);
            Map<Object, Object> merged = new LinkedHashMap<>(had);
            merged.putAll(more);
            return merged;
        });
        return Result.noReply();
    }

    Result untrack(Socket socket) {
        socket.ref().ok();
        presence.untrack(socket, key);
        return Result.noReply();
    }

    Result list(Socket socket) {
        return Result.ok(presence.state(socket.topic()).join());
    }
}
