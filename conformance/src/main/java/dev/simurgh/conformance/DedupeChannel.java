package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Holds broadcast numbers back for a second and pushes each of them once. */
public final class DedupeChannel {
    record Num(int number) {}

    record Value(int value) {}

    private enum SendBuffer {
        INSTANCE
    }

    private final List<Integer> buffer = new ArrayList<>();
    private boolean awaitingBuffer;

    /** The channel as it is declared. */
    public static ChannelSpec<DedupeChannel> spec() {
        return ChannelSpec.builder(DedupeChannel::new)
                .handleOut("number", Num.class, DedupeChannel::number)
                .pushes("number", Value.class)
                .handleInfo(SendBuffer.class, DedupeChannel::sendBuffer)
                .build();
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
        buffer.stream().distinct().forEach(number -> socket.push("number", new Value(number)));
        buffer.clear();
        awaitingBuffer = false;
        return Result.noReply();
    }
}
