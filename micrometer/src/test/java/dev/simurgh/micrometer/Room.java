package dev.simurgh.micrometer;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** A channel that does a little of everything, as tests of observations need it. */
final class Room {
    private final ObservationRegistry registry;

    private Room(ObservationRegistry registry) {
        this.registry = registry;
    }

    static ChannelSpec.Builder<Room> spec(ObservationRegistry registry) {
        return ChannelSpec.builder(() -> new Room(registry))
                .join(Map.class, (room, params, socket) -> {
                    room.step("join");
                    return params.containsKey("no") ? JoinResult.error() : JoinResult.ok();
                })
                .afterJoin((room, socket) -> Result.noReply())
                .handleIn("say", (room, socket) -> Result.ok(Map.of()))
                .handleIn("refuse", (room, socket) -> Result.error(Map.of()))
                .handleIn("throw", (room, socket) -> {
                    throw new IllegalStateException("it went wrong");
                })
                .handleIn("shout", (room, socket) -> {
                    room.step("shout");
                    socket.broadcast("shouted", Map.of("a", 1));
                    return Result.noReply();
                })
                .handleIn("later", (room, socket) -> {
                    socket.send("now");
                    socket.sendAfter(Duration.ofSeconds(1), "timer");
                    return Result.noReply();
                })
                .handleAny((room, message, socket) -> Result.noReply())
                .handleOut("shouted", Map.class, (room, all, socket) -> {
                    room.step("shouted");
                    socket.push("shouted", all);
                    return Result.noReply();
                })
                .handleInfo(String.class, (room, text, socket) -> Result.noReply());
    }

    static SocketSpec socket(ChannelSpec<?> room) {
        return SocketSpec.builder()
                .connect(request -> ConnectResult.ok())
                .channel("room:*", room)
                .build();
    }

    /** What a callback does is a part of it: this throws if nothing is current. */
    private void step(String what) {
        Objects.requireNonNull(registry.getCurrentObservation(), what).event(() -> "step." + what);
    }
}
