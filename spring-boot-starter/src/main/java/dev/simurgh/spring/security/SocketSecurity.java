package dev.simurgh.spring.security;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/** Who a client is, for a {@code connect} of one's own and for channels. */
public final class SocketSecurity {
    /**
     * Who the client was when it connected: a value of {@link dev.simurgh.channel.ConnectInfo#value}, and an assign of those whom the default {@code connect} or {@link
     * #accept} lets in. Not there for an anonymous one.
     */
    public static final Assigns.Key<Authentication> AUTHENTICATION = Assigns.key("authentication");

    static final Assigns.Key<Shown> SHOWN = Assigns.key("simurgh.shown");
    static final Assigns.Key<CurrentUser> CURRENT = Assigns.key("simurgh.user");
    static final Assigns.Key<Duration> CLOCK_SKEW = Assigns.key("simurgh.clock-skew");

    private SocketSecurity() {}

    /**
     * Who the client is now: as its latest token says, if that was renewed; empty for an anonymous one. Of one whom a {@code connect} of the application's own has let in it is
     * the assign {@link #AUTHENTICATION}, if that is there. For any thread.
     */
    public static Optional<Authentication> authentication(Socket socket) {
        return socket.assigns()
                .find(CURRENT)
                .map(CurrentUser::authentication)
                .or(() -> socket.assigns().find(AUTHENTICATION));
    }

    /**
     * Lets in a client whom Spring Security knows, for as long as its token is good, and refuses others. For a {@code connect} that goes on from
     * there.
     */
    public static ConnectResult accept(ConnectRequest request) {
        return accept(request, Assigns.EMPTY);
    }

    /** As {@link #accept(ConnectRequest)}, with assigns of the application's. */
    public static ConnectResult accept(ConnectRequest request, Assigns more) {
        Shown shown = request.info().value(SHOWN).orElse(Shown.Nothing.NOTHING);
        if (shown instanceof Shown.Good good) {
            return accepted(good.known(), request.info().value(CLOCK_SKEW).orElse(Duration.ZERO), more);
        }
        return ConnectResult.refuse(shown instanceof Shown.Wrong wrong ? wrong.why() : "not authenticated");
    }

    private static ConnectResult accepted(Known known, Duration skew, Assigns more) {
        Authentication authentication = known.authentication();
        ConnectResult accepted = ConnectResult.ok(Assigns.of(AUTHENTICATION, authentication)
                .with(CURRENT, new CurrentUser(authentication))
                .with(more));
        return known.until()
                .map(until -> accepted.expiresIn(lifetime(until, skew, Instant.now())))
                .orElse(accepted);
    }

    /** As long as Spring Security would take the token. */
    static Duration lifetime(Instant until, Duration skew, Instant now) {
        return Duration.between(now, until).plus(skew);
    }

    /**
     * Runs code as the client's user, or as nobody if it is anonymous, as {@link SecurityContextHolder} has it: for what asks there, such as methods with {@code @PreAuthorize}. Nothing else is
     * run so but annotated channels where method security is enabled.
     */
    public static <T> T call(Socket socket, Callable<T> code) throws Exception {
        SecurityContext before = SecurityContextHolder.getContext();
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        // also for nobody: a thread may have inherited the user of whoever began it
        authentication(socket).ifPresent(context::setAuthentication);
        SecurityContextHolder.setContext(context);
        try {
            return code.call();
        } finally {
            restore(before);
        }
    }

    private static void restore(SecurityContext before) {
        if (before.getAuthentication() == null) {
            SecurityContextHolder.clearContext();
        } else {
            SecurityContextHolder.setContext(before);
        }
    }

    /** What the connections of a user are called, so that {@link UserSockets#disconnect} finds them: for {@link dev.simurgh.channel.SocketSpec.Builder#optionalId} of a socket of one's own. */
    public static Optional<String> id(Assigns assigns) {
        return assigns.find(AUTHENTICATION).flatMap(SocketSecurity::name).map(SocketSecurity::id);
    }

    /** Nothing for a token that names nobody: null or empty, as Spring Security's version has it. */
    static Optional<String> name(Authentication user) {
        return Optional.ofNullable(user.getName()).filter(name -> !name.isEmpty());
    }

    static String id(String username) {
        return "user_socket:" + username;
    }
}
