package dev.simurgh.conformance;

import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.KeptTopics;

/** The client says how its connect is to go. */
public final class RefuseSocket {
    private RefuseSocket() {}

    /** The socket as it is declared. */
    static SocketSpec spec(Limits limits, KeptTopics kept, Presences presences) {
        return UserSocket.channels(kept, presences)
                .connect(RefuseSocket::connect)
                .limits(limits)
                .build();
    }

    /** Phoenix also refuses an id of a wrong type, which does not compile here. */
    @SuppressWarnings("NullAway") // the application's mistake is what is asked for
    private static ConnectResult connect(ConnectRequest request) {
        if (request.param("id").filter("number"::equals).isPresent()) {
            return ConnectResult.refuse();
        }
        return switch (request.param("outcome").orElse("")) {
            case "error" -> ConnectResult.refuse();
            case "reason" -> ConnectResult.refuse("because");
            case "raise" -> throw new IllegalStateException("on purpose");
            case "invalid" -> null;
            default -> ConnectResult.ok();
        };
    }
}
