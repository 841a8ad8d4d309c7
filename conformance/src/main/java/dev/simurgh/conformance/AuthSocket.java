package dev.simurgh.conformance;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Limits;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.token.Tokens;
import java.time.Duration;

/** Who has a token may connect, as the user that it names. */
public final class AuthSocket {
    static final String SALT = "salt identifier";
    static final Assigns.Key<Object> USER_ID = Assigns.key("user_id");

    private static final Duration MAX_AGE = Duration.ofDays(1);

    private AuthSocket() {}

    /** The socket as it is declared. */
    public static SocketSpec spec(Tokens tokens, Limits limits) {
        return SocketSpec.builder()
                .connect(request -> connect(request, tokens))
                .id(assigns -> "auth_socket:" + assigns.get(USER_ID))
                .channel("ping", PingChannel.spec())
                .channel("user:*", UserChannel.spec())
                .channel("recurring", RecurringChannel.spec(tokens))
                .limits(limits)
                .build();
    }

    private static ConnectResult connect(ConnectRequest request, Tokens tokens) {
        return request.param("token")
                .flatMap(token -> tokens.verify(SALT, token, MAX_AGE).as(Object.class))
                .map(userId -> ConnectResult.ok(Assigns.of(USER_ID, userId)))
                .orElse(ConnectResult.refuse());
    }
}
