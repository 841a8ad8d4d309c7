package dev.simurgh.conformance;

import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.SocketSpec;

/** The client says how its connect is to go. */
public final class RefuseSocket {
    private RefuseSocket() {}

    /** The socket as it is declared. */
    public static SocketSpec spec() {
        return UserSocket.channels().connect(RefuseSocket::connect).build();
    }

    /** Phoenix also refuses results and ids of a wrong type, which do not compile here. */
    private static ConnectResult connect(ConnectRequest request) {
        boolean wrongId = request.param("id").filter("number"::equals).isPresent();
        return switch (request.param("outcome").orElse(wrongId ? "invalid" : "")) {
            case "error", "invalid" -> ConnectResult.refuse();
            case "reason" -> ConnectResult.refuse("because");
            case "raise" -> throw new IllegalStateException("on purpose");
            default -> ConnectResult.ok();
        };
    }
}
