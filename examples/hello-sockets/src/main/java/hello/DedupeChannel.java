package hello;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Holds outgoing numbers back for a second, and sends each of them once. */
public final class DedupeChannel {
    private static final int MOST = 10_000;

    record Num(int number) {}

    record Value(int value) {}

    record Flood(List<Integer> numbers, int times) {}

    record Flooded(int broadcast) {}

    record TooMany(String reason) {}

    private enum SendBuffer {
        INSTANCE
    }

    static ChannelSpec<DedupeChannel> spec() {
        return ChannelSpec.builder(DedupeChannel::new)
                .handleIn("flood", Flood.class, DedupeChannel::flood)
                .replies("flood", Flooded.class)
                .handleOut("number", Num.class, DedupeChannel::number)
                .pushes("number", Value.class)
                .handleInfo(SendBuffer.class, DedupeChannel::sendBuffer)
                .build();
    }

    final List<Integer> buffer = new ArrayList<>();
    boolean awaitingBuffer;

    /** Broadcasts the numbers many times over, to everybody. */
    Result flood(Flood flood, Socket socket) {
        long broadcasts = (long) flood.numbers().size() * flood.times();
        if (broadcasts > MOST) {
            return Result.error(new TooMany("at most " + MOST));
        }
        for (int i = 0; i < flood.times(); i++) {
            flood.numbers().forEach(number -> socket.broadcast("number", new Num(number)));
        }
        return Result.ok(new Flooded((int) broadcasts));
    }

    Next number(Num num, Socket socket) {
        buffer.add(num.number());
        if (!awaitingBuffer) {
            awaitingBuffer = true;
            socket.sendAfter(Duration.ofSeconds(1), SendBuffer.INSTANCE);
        }
        return Result.noReply();
    }

    Next sendBuffer(SendBuffer due, Socket socket) {
        buffer.stream().distinct().forEach(n -> socket.push("number", new Value(n)));
        buffer.clear();
        awaitingBuffer = false;
        return Result.noReply();
    }
}
