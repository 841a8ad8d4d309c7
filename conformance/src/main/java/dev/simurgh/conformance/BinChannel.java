package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.protocol.Payload;

/**
 * Binary payloads in every direction. Its events crash it if they carry text, as one without a fitting clause does in Phoenix; with
 * {@code byte[].class} for the payload the client would get an error reply instead.
 */
public final class BinChannel {
    private record Size(int size) {}

    /** The channel as it is declared. */
    public static ChannelSpec<BinChannel> spec() {
        return ChannelSpec.builder(BinChannel::new)
                .join(BinChannel::join)
                .handleIn("bin", Payload.class, (bin, payload, socket) -> Result.ok(binary(payload)))
                .replies("bin", byte[].class)
                .handleIn("bin_error", Payload.class, (bin, payload, socket) -> Result.error(binary(payload)))
                .handleIn("bin_push", Payload.class, BinChannel::push)
                .handleIn("bin_cast", Payload.class, BinChannel::cast)
                .handleIn("bin_size", Payload.class, BinChannel::size)
                .replies("bin_size", Size.class)
                .handleIn("give_binary", BinChannel::giveBinary)
                .replies("give_binary", byte[].class)
                .pushes("bin_push", byte[].class)
                .broadcasts("bin_cast", byte[].class)
                .handleIn("push_long_event", BinChannel::pushLongEvent)
                .build();
    }

    JoinResult join(Socket socket) {
        return socket.topic().startsWith("bin:reply") ? JoinResult.ok(new byte[] {1, 2, 3}) : JoinResult.ok();
    }

    Result push(Payload payload, Socket socket) {
        socket.push("bin_push", binary(payload));
        return Result.noReply();
    }

    Result cast(Payload payload, Socket socket) {
        socket.broadcast("bin_cast", binary(payload));
        return Result.noReply();
    }

    Result size(Payload payload, Socket socket) {
        return Result.ok(new Size(binary(payload).length()));
    }

    Result giveBinary(Socket socket) {
        return Result.ok(new byte[] {0, (byte) 0xff, 0x10});
    }

    /** The event's size does not fit into its byte, so the push throws. */
    Result pushLongEvent(Socket socket) {
        socket.push("e".repeat(256), new byte[] {1});
        return Result.noReply();
    }

    private static Payload.Binary binary(Payload payload) {
        if (payload instanceof Payload.Binary binary) {
            return binary;
        }
        throw new IllegalArgumentException("payload: " + payload + " (expected: binary)");
    }
}
