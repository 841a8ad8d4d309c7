package dev.simurgh.channel;

import dev.simurgh.protocol.Protocol;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings the session of a web framework into {@code connect}: found by the client's cookies, and given only if the client also knows
 * the session's CSRF token. Browsers send cookies with every page's WebSocket; only a page of the site itself can read the token, and
 * passes it as parameter {@value Protocol#CSRF_TOKEN}.
 *
 * <pre>{@code
 * SocketSpec.builder()
 *         .session(CookieSession.of(USER, cookies -> sessions.find(cookies.get("SESSION")), User::hasCsrfToken))
 *         .connect(request -> request.info().value(USER).map(...)...)
 * }</pre>
 *
 * @param <S> what the application has for a session
 */
public final class CookieSession<S> {
    private final Assigns.Key<S> key;
    private final Lookup<S> lookup;
    private final CsrfCheck<S> check;

    private CookieSession(Assigns.Key<S> key, Lookup<S> lookup, CsrfCheck<S> check) {
        this.key = Objects.requireNonNull(key, "key");
        this.lookup = Objects.requireNonNull(lookup, "lookup");
        this.check = Objects.requireNonNull(check, "check");
    }

    /** Declares how to find a session, and under which key {@code connect} finds it in {@link ConnectInfo#value}. */
    public static <S> CookieSession<S> of(Assigns.Key<S> key, Lookup<S> lookup, CsrfCheck<S> check) {
        return new CookieSession<>(key, lookup, check);
    }

    /** What is found: one value, or none without a token, without a session, or with a wrong token. */
    Assigns find(ConnectRequest request) throws Exception {
        Optional<String> token = request.param(Protocol.CSRF_TOKEN);
        if (token.isEmpty()) {
            return Assigns.EMPTY;
        }
        Optional<S> session = lookup.find(request.info().cookies());
        return session.isPresent() && check.passes(session.get(), token.get())
                ? Assigns.of(key, session.get())
                : Assigns.EMPTY;
    }

    /**
     * Finds a session.
     *
     * @param <S> what the application has for a session
     */
    @FunctionalInterface
    public interface Lookup<S> {
        /**
         * Finds the session of a client by its {@linkplain ConnectInfo#cookies cookies}. Runs where {@code connect} runs, and throwing is
         * the same as there.
         */
        Optional<S> find(Map<String, String> cookies) throws Exception;
    }

    /**
     * Checks a CSRF token.
     *
     * @param <S> what the application has for a session
     */
    @FunctionalInterface
    public interface CsrfCheck<S> {
        /**
         * Tells whether a token belongs to the session. Compare in constant time, as {@link java.security.MessageDigest#isEqual} does.
         * Runs where {@code connect} runs.
         */
        boolean passes(S session, String token) throws Exception;
    }
}
