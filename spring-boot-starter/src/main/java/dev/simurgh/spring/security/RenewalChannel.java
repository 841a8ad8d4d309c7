package dev.simurgh.spring.security;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ExpiryWarning;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells a client that its token ends soon, and takes a fresh one. */
final class RenewalChannel {
    /** What a client pushes. */
    record Renew(@Nullable String token) {}

    private final Authenticator authenticator;
    private final Supplier<Instant> now;

    private RenewalChannel(Authenticator authenticator, Supplier<Instant> now) {
        this.authenticator = authenticator;
        this.now = now;
    }

    static ChannelSpec<RenewalChannel> spec(Authenticator authenticator, Supplier<Instant> now) {
        return ChannelSpec.builder(() -> new RenewalChannel(authenticator, now))
                .join(RenewalChannel::join)
                .handleIn("renew", Renew.class, RenewalChannel::renew)
                .handleInfo(ExpiryWarning.class, RenewalChannel::warn)
                .build();
    }

    private JoinResult join(Socket socket) {
        return JoinResult.ok(seconds(socket));
    }

    private static Map<String, Object> seconds(Socket socket) {
        return socket.expiresIn()
                .<Map<String, Object>>map(left -> Map.of("expires_in", left.toSeconds()))
                .orElse(Map.of());
    }

    private Next warn(ExpiryWarning warning, Socket socket) {
        socket.push("expires", Map.of("expires_in", warning.left().toSeconds()));
        return Result.noReply();
    }

    private Result renew(Renew renew, Socket socket) {
        CurrentUser user = socket.assigns().find(SocketSecurity.CURRENT).orElse(null);
        if (user == null) {
            return refused("anonymous");
        }
        String token = renew.token();
        Shown shown = token == null ? Shown.Nothing.NOTHING : authenticator.token(token);
        if (!(shown instanceof Shown.Good good)) {
            return refused("token");
        }
        Known known = good.known();
        Optional<String> name = SocketSecurity.name(known.authentication());
        if (name.isEmpty() || !name.equals(SocketSecurity.name(user.authentication()))) {
            return refused("another user");
        }
        Duration left = known.until()
                .map(until -> SocketSecurity.lifetime(until, authenticator.clockSkew(), now.get()))
                .orElse(null);
        if (left != null && (left.isNegative() || left.isZero())) {
            return refused("token");
        }
        user.renew(known.authentication());
        if (left != null) {
            socket.renew(left);
        }
        return Result.ok(left == null ? Map.of() : Map.of("expires_in", left.toSeconds()));
    }

    private static Result refused(String reason) {
        return Result.error(Map.of("reason", reason));
    }
}
