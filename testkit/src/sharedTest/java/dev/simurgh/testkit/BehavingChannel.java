package dev.simurgh.testkit;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** A channel that does whatever channels do, as its client or its topic says; and tells what its client cannot see. */
final class BehavingChannel {
    static final int MAX_CHANNELS = 3;
    static final int MAX_MALFORMED = 3;

    record Num(int number) {}

    private record Joined(String word) {}

    private record Bad() {}

    private static final class Unsayable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }
    }

    private final BlockingQueue<String> told;
    private @Nullable SocketRef open;

    private BehavingChannel(BlockingQueue<String> told) {
        this.told = told;
    }

    /** A socket with the same channel twice: on the scheduler at {@code room:*}, on the event loop at {@code loop:*}. */
    static SocketSpec socket(BlockingQueue<String> told) {
        return SocketSpec.builder()
                .connect(request -> connect(request, told))
                .optionalId(assigns -> Optional.of("behaving"))
                .channel("room:*", builder(told).build())
                .channel("loop:*", builder(told).nonBlocking().build())
                .limits(Limits.builder()
                        .maxChannels(MAX_CHANNELS)
                        .maxMalformedFrames(MAX_MALFORMED)
                        .build())
                .build();
    }

    @SuppressWarnings("NullAway") // what a careless connect does
    private static ConnectResult connect(ConnectRequest request, BlockingQueue<String> told) {
        if (!request.nested().keySet().stream().allMatch(name -> name.equals("vsn"))) {
            told.add("asked " + new TreeMap<>(request.nested()));
        }
        return switch (request.param("outcome").orElse("")) {
            case "refuse" -> ConnectResult.refuse();
            case "crash" -> throw new IllegalStateException("connect");
            case "null" -> null;
            default -> ConnectResult.ok();
        };
    }

    private static ChannelSpec.Builder<BehavingChannel> builder(BlockingQueue<String> told) {
        return ChannelSpec.builder(() -> new BehavingChannel(told))
                .join(Map.class, BehavingChannel::join)
                .afterJoin(BehavingChannel::behindTheReply)
                .handleIn("echo", Payload.class, (channel, payload, socket) -> Result.ok(payload))
                .handleIn("typed", Num.class, (channel, num, socket) -> Result.ok(new Num(num.number() + 1)))
                .handleIn("refuse", (channel, socket) -> Result.error(Map.of("reason", "no")))
                .handleIn("silent", (channel, socket) -> Result.noReply())
                .handleIn("all", BehavingChannel::all)
                .handleIn("from", BehavingChannel::from)
                .handleIn("later", BehavingChannel::later)
                .handleIn("binary", BehavingChannel::binary)
                .handleIn("stop", (channel, socket) -> Result.stop())
                .handleIn(
                        "stop with", (channel, socket) -> Result.ok(new Num(1)).andStop())
                .handleIn("give up", (channel, socket) -> Result.stop(StopReason.other("gave up")))
                .handleIn("crash", (channel, socket) -> {
                    throw new IllegalStateException("handler");
                })
                .handleIn("null", BehavingChannel::nothing)
                .handleIn("no json", (channel, socket) -> Result.ok(new Object())) // which has no form there
                .handleIn("inside", (channel, socket) -> {
                    socket.send(new Bad());
                    return Result.noReply();
                })
                .handleIn("unsayable", (channel, socket) -> {
                    throw new Unsayable();
                })
                .handleIn("bad end", (channel, socket) -> {
                    socket.atEnd(() -> {
                        throw new IllegalStateException("at the end");
                    });
                    return Result.stop();
                })
                .handleOut("bad", Payload.class, (channel, payload, socket) -> {
                    throw new IllegalStateException("handleOut");
                })
                .handleInfo(Bad.class, (channel, bad, socket) -> {
                    throw new IllegalStateException("handleInfo");
                })
                .handleOut("seen", Payload.class, BehavingChannel::seen)
                .handleInfo(Num.class, BehavingChannel::answer)
                .handleInfo(Joined.class, BehavingChannel::afterJoin)
                .terminate(BehavingChannel::terminate);
    }

    JoinResult join(Map<?, ?> params, Socket socket) {
        String topic = socket.topic();
        if (topic.endsWith("refuse")) {
            return JoinResult.error(Map.of("reason", "no"));
        }
        if (topic.endsWith("crash")) {
            throw new IllegalStateException("join");
        }
        if (topic.endsWith("early")) {
            socket.push("early", Map.of());
        }
        if (topic.endsWith("after")) {
            socket.send(new Joined("after"));
        }
        return params.isEmpty() ? JoinResult.ok() : JoinResult.ok(params);
    }

    Next behindTheReply(Socket socket) {
        if (socket.topic().endsWith("behind")) {
            socket.push("joined", new Joined("behind"));
            socket.broadcast("arrived", new Joined("behind"));
        }
        if (socket.topic().endsWith("broken")) {
            throw new IllegalStateException("afterJoin");
        }
        return Result.noReply();
    }

    Next afterJoin(Joined joined, Socket socket) {
        socket.push("joined", joined);
        socket.broadcast("arrived", joined);
        return Result.noReply();
    }

    Result all(Socket socket) {
        socket.push("pushed", new Num(1));
        socket.broadcast("broadcast", new Num(2));
        socket.push("pushed", new Num(3));
        socket.broadcast("seen", new Num(4));
        return Result.ok(new Num(5));
    }

    Result from(Socket socket) {
        socket.broadcastFrom("others", new Num(1));
        return Result.ok();
    }

    Next seen(Payload payload, Socket socket) {
        socket.push("seen here", payload);
        return Result.noReply();
    }

    Result later(Socket socket) {
        open = socket.ref();
        socket.send(new Num(7));
        socket.push("before", Map.of());
        return Result.noReply();
    }

    Next answer(Num num, Socket socket) {
        Objects.requireNonNull(open).ok(num);
        return Result.noReply();
    }

    @SuppressWarnings("NullAway") // what a careless handler does
    Result nothing(Socket socket) {
        return null;
    }

    Result binary(Socket socket) {
        socket.push("data", new byte[] {1, 2});
        socket.broadcast("data", new byte[] {3});
        return Result.ok(new byte[] {(byte) 0xff});
    }

    void terminate(StopReason reason, Socket socket) {
        socket.push("bye", Map.of());
        told.add("ended " + reason.kind());
    }
}
