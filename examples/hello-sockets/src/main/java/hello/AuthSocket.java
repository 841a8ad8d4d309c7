package hello;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.token.Tokens;
import dev.simurgh.token.Verified;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The socket for those who bring a token that this server, or another with the same secret, has signed. */
public final class AuthSocket {
    static final Assigns.Key<Long> USER_ID = Assigns.key("user_id");
    static final String SALT = "salt identifier";

    private static final Logger log = LoggerFactory.getLogger(AuthSocket.class);

    private AuthSocket() {}

    static SocketSpec spec(Tokens tokens) {
        return SocketSpec.builder()
                .connect(request -> connect(request, tokens))
                .id(assigns -> "auth_socket:" + assigns.get(USER_ID))
                .channel("recurring", RecurringChannel.spec(tokens))
                .channel("user:*", UserChannel.spec())
                .build();
    }

    static ConnectResult connect(ConnectRequest request, Tokens tokens) {
        Optional<String> token = request.info().authToken();
        if (token.isEmpty()) {
            log.error("AuthSocket connect error missing token");
            return ConnectResult.refuse("missing token");
        }
        Verified verified = tokens.verify(SALT, token.get());
        Optional<Long> user = verified.as(Long.class);
        if (user.isEmpty()) {
            String why = verified.toString().toLowerCase(Locale.ROOT);
            log.error("AuthSocket connect error {}", why);
            return ConnectResult.refuse(why);
        }
        return ConnectResult.ok(Assigns.of(USER_ID, user.get()));
    }
}
