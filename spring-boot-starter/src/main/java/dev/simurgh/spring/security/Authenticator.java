package dev.simurgh.spring.security;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;

/**
 * Finds out who a client is, by one thing that it shows, and no other if that is wrong: the token beside the address, whom the application's web server knows, or the
 * Authorization header.
 */
final class Authenticator {
    /** Checks a bearer token, such as a JWT. */
    @FunctionalInterface
    interface Bearer {
        /**
         * Tells whose it is.
         *
         * @throws AuthenticationException if it is wrong; an {@link AuthenticationServiceException} if that cannot be told now
         */
        Known check(String token);
    }

    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private final Tickets tickets;
    private final Optional<Bearer> bearer;
    private final Supplier<@Nullable AuthenticationManager> passwords;
    private final Duration clockSkew;

    /** @param passwords for names and passwords; gives null if these are not taken */
    Authenticator(
            Tickets tickets,
            Optional<Bearer> bearer,
            Supplier<@Nullable AuthenticationManager> passwords,
            Duration clockSkew) {
        this.tickets = tickets;
        this.bearer = bearer;
        this.passwords = passwords;
        this.clockSkew = clockSkew;
    }

    /** What {@code connect} finds of it. */
    Assigns values(ConnectRequest request) {
        Shown shown = shown(request.info());
        Assigns values = Assigns.of(SocketSecurity.SHOWN, shown).with(SocketSecurity.CLOCK_SKEW, clockSkew);
        return shown instanceof Shown.Good good
                ? values.with(SocketSecurity.AUTHENTICATION, good.known().authentication())
                : values;
    }

    Duration clockSkew() {
        return clockSkew;
    }

    private Shown shown(ConnectInfo info) {
        Optional<String> token = info.authToken().filter(text -> !text.isEmpty());
        if (token.isPresent()) {
            return token(token.get());
        }
        Optional<Authentication> principal = info.principal()
                .filter(Authentication.class::isInstance)
                .map(Authentication.class::cast)
                .filter(Authenticator::isSomebody);
        if (principal.isPresent()) {
            return new Shown.Good(new Known(principal.get(), BearerTokens.until(principal.get())));
        }
        return info.header("authorization").map(this::header).orElse(Shown.Nothing.NOTHING);
    }

    static boolean isSomebody(Authentication authentication) {
        return authentication.isAuthenticated() && !(authentication instanceof AnonymousAuthenticationToken);
    }

    private Shown header(String authorization) {
        if (startsWith(authorization, BEARER)) {
            return token(authorization.substring(BEARER.length()).strip());
        }
        AuthenticationManager manager = startsWith(authorization, BASIC) ? passwords.get() : null;
        return manager == null
                ? Shown.Nothing.NOTHING
                : password(authorization.substring(BASIC.length()).strip(), manager);
    }

    private static boolean startsWith(String text, String scheme) {
        return text.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    /** A ticket of ours, or a bearer token. */
    Shown token(String token) {
        if (token.isBlank()) { // what checks tokens takes that for a mistake of its caller
            return new Shown.Wrong("token: blank");
        }
        if (Tickets.isOne(token)) {
            return tickets.redeem(token);
        }
        if (bearer.isEmpty()) {
            return new Shown.Wrong(
                    "a token that nobody here can check (expected: a bean of type JwtDecoder, or a ticket)");
        }
        return checked(() -> bearer.get().check(token), "token");
    }

    private static Shown password(String base64, AuthenticationManager manager) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return new Shown.Wrong("Authorization header (expected: Basic with base64)");
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            return new Shown.Wrong("Authorization header (expected: a user name and a password)");
        }
        Authentication asked = UsernamePasswordAuthenticationToken.unauthenticated(
                pair.substring(0, colon), pair.substring(colon + 1));
        return checked(() -> new Known(manager.authenticate(asked), Optional.empty()), "password");
    }

    private static Shown checked(Supplier<Known> check, String what) {
        try {
            Known known = check.get();
            return isSomebody(known.authentication()) ? new Shown.Good(known) : new Shown.Wrong(what + " of nobody");
        } catch (AuthenticationServiceException cannotTell) { // our own fault, or the issuer's
            throw cannotTell;
        } catch (AuthenticationException wrong) {
            return new Shown.Wrong(what + ": " + BearerTokens.why(wrong));
        }
    }
}
