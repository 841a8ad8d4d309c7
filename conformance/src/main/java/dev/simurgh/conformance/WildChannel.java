package dev.simurgh.conformance;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import java.util.Map;

/** Lets into {@code wild:A:B} if B is twice A. Anything but two integers there crashes the join. Answers {@code ping}. */
public final class WildChannel {
    /** The channel as it is declared. */
    public static ChannelSpec<WildChannel> spec() {
        return ChannelSpec.builder(WildChannel::new)
                .join(WildChannel::join)
                .handleIn("ping", WildChannel::ping)
                .build();
    }

    Result ping(Socket socket) {
        return Result.ok(Map.of("ping", "pong"));
    }

    JoinResult join(Socket socket) {
        String[] parts = socket.topic().split(":", -1);
        boolean twice = Integer.parseInt(parts[2]) == 2 * Integer.parseInt(parts[1]);
        return twice ? JoinResult.ok() : JoinResult.error();
    }
}
