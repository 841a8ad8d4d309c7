package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.protocol.Payload;

/** For measuring: hands payloads on as they came, without decoding them. */
public final class LoadChannel {
    /** The channel on its connection's event loop. */
    public static ChannelSpec<LoadChannel> spec() {
        return handlers().nonBlocking().build();
    }

    /** The same channel on the scheduler, where it might block. */
    public static ChannelSpec<LoadChannel> workSpec() {
        return handlers().build();
    }

    private static ChannelSpec.Builder<LoadChannel> handlers() {
        return ChannelSpec.builder(LoadChannel::new)
                .handleIn("echo", Payload.class, LoadChannel::echo)
                .replies("echo", Payload.class)
                .handleIn("pub", Payload.class, LoadChannel::pub)
                .broadcasts("msg", Payload.class);
    }

    Result echo(Payload payload, Socket socket) {
        return Result.ok(payload);
    }

    Result pub(Payload payload, Socket socket) {
        socket.broadcast("msg", payload);
        return Result.noReply();
    }
}
