package dev.simurgh.conformance;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import org.jspecify.annotations.Nullable;

/** Shows the token that came beside the address. */
public final class TokenSocket {
    private record Shown(@Nullable String authToken) {}

    private TokenSocket() {}

    /** The socket as it is declared. */
    public static SocketSpec spec(Limits limits) {
        return SocketSpec.builder()
                .connect(TokenSocket::connect)
                .channel("info", InfoChannel.spec())
                .limits(limits)
                .build();
    }

    private static ConnectResult connect(ConnectRequest request) {
        String token = request.info().authToken().orElse(null);
        return ConnectResult.ok(Assigns.of(InfoChannel.SHOWN, new Shown(token)));
    }
}
