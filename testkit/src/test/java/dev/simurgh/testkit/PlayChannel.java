package dev.simurgh.testkit;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketRef;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.StopReason;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the tests of the kit play with: a channel that does as its client says. */
final class PlayChannel {
    static final Assigns.Key<String> NAME = Assigns.key("name");

    record Num(int number) {}

    record Text(String text) {}

    record Later(String text) {}

    final List<Integer> numbers = new ArrayList<>();
    private @Nullable SocketRef open;
    private boolean failsAtTheEnd;

    static SocketSpec socket() {
        return SocketSpec.builder()
                .connect(PlayChannel::connect)
                .optionalId(assigns -> assigns.find(NAME).map(name -> "play:" + name))
                .channel("play:*", spec())
                .build();
    }

    private static ConnectResult connect(ConnectRequest request) {
        String name = request.param("name").orElse("");
        return switch (name) {
            case "" -> ConnectResult.ok();
            case "nobody" -> ConnectResult.refuse();
            case "evil" -> ConnectResult.refuse("evil name");
            case "boom" -> throw new IllegalArgumentException("name: boom");
            default ->
                ConnectResult.ok(
                        Assigns.of(NAME, name + request.info().userAgent().orElse("")));
        };
    }

    static ChannelSpec<PlayChannel> spec() {
        return builder().build();
    }

    static ChannelSpec.Builder<PlayChannel> builder() {
        return ChannelSpec.builder(PlayChannel::new)
                .join(Map.class, PlayChannel::join)
                .handleIn("echo", Payload.class, (channel, payload, socket) -> Result.ok(payload))
                .handleIn("no", (channel, socket) -> Result.error(new Text("no")))
                .handleIn("silent", (channel, socket) -> Result.noReply())
                .handleIn("later", PlayChannel::later)
                .handleIn("shout", Text.class, PlayChannel::shout)
                .handleIn("stop", (channel, socket) -> Result.stop())
                .handleIn("crash", (channel, socket) -> {
                    throw new IllegalStateException("as asked");
                })
                .handleIn("assert", (channel, socket) -> {
                    throw new AssertionError("as asked");
                })
                .handleIn("fail at the end", (channel, socket) -> {
                    channel.failsAtTheEnd = true;
                    socket.atEnd(() -> {
                        throw new IllegalStateException("at the end");
                    });
                    return Result.noReply();
                })
                .terminate((channel, reason, socket) -> {
                    if (channel.failsAtTheEnd) {
                        throw new IllegalStateException("in terminate");
                    }
                })
                .handleOut("crash all", Text.class, (channel, text, socket) -> {
                    throw new IllegalStateException(text.text());
                })
                .handleOut("number", Num.class, PlayChannel::number)
                .handleInfo(Num.class, PlayChannel::tell)
                .handleInfo(Text.class, PlayChannel::answer)
                .handleInfo(Later.class, PlayChannel::remind);
    }

    JoinResult join(Map<?, ?> params, Socket socket) {
        String topic = socket.topic();
        if (topic.endsWith("boom")) {
            throw new IllegalStateException("boom");
        }
        if (topic.endsWith("closed")) {
            return JoinResult.error(params.isEmpty() ? new Text("closed") : params);
        }
        return params.isEmpty() ? JoinResult.ok() : JoinResult.ok(params);
    }

    Result later(Socket socket) {
        open = socket.ref();
        return Result.noReply();
    }

    Result shout(Text text, Socket socket) {
        socket.broadcast("shout", text);
        return Result.ok();
    }

    Next number(Num num, Socket socket) {
        numbers.add(num.number());
        return Result.noReply();
    }

    Next tell(Num num, Socket socket) {
        socket.push("number", num);
        return num.number() < 0 ? Result.stop(StopReason.other("negative")) : Result.noReply();
    }

    Next answer(Text text, Socket socket) {
        if (open != null) {
            open.ok(text);
        }
        return Result.noReply();
    }

    Next remind(Later later, Socket socket) {
        socket.sendAfter(Duration.ofSeconds(1), new Num(1));
        socket.sendAfter(Duration.ofMillis(500), new Num(2));
        return Result.noReply();
    }
}
