package dev.simurgh.spring.security;

import dev.simurgh.token.Tokens;
import dev.simurgh.token.Verified;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.security.authentication.AccountStatusException;
import org.springframework.security.authentication.AccountStatusUserDetailsChecker;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/**
 * What a page fetches from the application, where it is known by its session, and shows on Simurgh's own port, where it is not: who the user is, encrypted, for
 * seconds, and once. For any thread.
 */
final class Tickets {
    private static final String PREFIX = "simurgh-ticket.";
    private static final String SALT = "simurgh socket ticket";
    private static final int ID_BYTES = 16;

    /** Marks a user whom the application keeps, not one of another's, such as of an OAuth 2 login. */
    private static final String KEPT = "kept";

    /** Marks a user who is known by a cookie of last week, and so may not do all that one may who has logged in. */
    private static final String REMEMBERED = "remembered";

    /** What comes before the authorities: the id, when it was issued, until when its user is known, the marks, and the name. */
    private static final int HEAD = 6;

    private final Tokens tokens;
    private final Duration maxAge;
    private final Function<String, Optional<UserDetails>> users;
    private final Supplier<Instant> now;
    private final SpentTickets spent;
    private final SecureRandom random = new SecureRandom();

    /** @param users looks again whether a user is still welcome; gives none for one that it does not keep */
    Tickets(
            Tokens tokens,
            Duration maxAge,
            Function<String, Optional<UserDetails>> users,
            Supplier<Instant> now,
            SpentTickets spent) {
        this.tokens = tokens;
        this.maxAge = maxAge;
        this.users = users;
        this.now = now;
        this.spent = spent;
    }

    static boolean isOne(String token) {
        return token.startsWith(PREFIX);
    }

    /** Whether there may be one: not for an anonymous one, nor for a token that names nobody. */
    static boolean isFor(Authentication user) {
        return Authenticator.isSomebody(user) && SocketSecurity.name(user).isPresent();
    }

    String issue(Authentication user) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        Instant time = now.get();
        List<String> content = new ArrayList<>();
        content.add(HexFormat.of().formatHex(id));
        content.add(String.valueOf(time.toEpochMilli()));
        content.add(BearerTokens.until(user).map(Instant::toString).orElse(""));
        content.add(user.getPrincipal() instanceof UserDetails ? KEPT : "");
        content.add(user instanceof RememberMeAuthenticationToken ? REMEMBERED : "");
        content.add(user.getName());
        for (GrantedAuthority authority : user.getAuthorities()) {
            String name = authority.getAuthority();
            if (name != null) {
                content.add(name);
            }
        }
        // dated back, as the clock of the node that takes it may be behind, and a token from the future is none
        return PREFIX + tokens.at(time.minus(maxAge)).encrypt(SALT, content, maxAge.multipliedBy(2));
    }

    /** A ticket, as pages get it. */
    String json(Authentication user) {
        return "{\"ticket\":\"" + issue(user) + "\",\"expires_in\":" + maxAge.toSeconds() + "}";
    }

    Shown redeem(String ticket) {
        Verified verified = tokens.at(now.get()).decrypt(SALT, ticket.substring(PREFIX.length()));
        return verified.as(List.class)
                .map(this::known)
                .orElseGet(() -> new Shown.Wrong(
                        "ticket: " + (verified == Verified.Refused.EXPIRED ? "too old" : "not one of ours")));
    }

    private Shown known(List<?> said) {
        List<String> content = said.stream().map(String.class::cast).toList();
        Instant issued = Instant.ofEpochMilli(Long.parseLong(content.get(1)));
        String name = content.get(HEAD - 1);
        if (spent.isSentAway(name, issued)) {
            return new Shown.Wrong("ticket: from before the log-out");
        }
        if (!spent.use(content.get(0), issued)) {
            return new Shown.Wrong("ticket: used before");
        }
        try {
            Optional<UserDetails> details = content.get(3).equals(KEPT) ? users.apply(name) : Optional.empty();
            details.ifPresent(new AccountStatusUserDetailsChecker()::check);
            Object principal = details.isPresent() ? details.get() : name;
            return new Shown.Good(new Known(user(principal, content), until(content.get(2))));
        } catch (AccountStatusException | UsernameNotFoundException notWelcome) {
            return new Shown.Wrong("ticket: " + notWelcome.getClass().getSimpleName());
        }
    }

    private static Optional<Instant> until(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    private static Authentication user(Object principal, List<String> content) {
        List<SimpleGrantedAuthority> authorities =
                content.stream().skip(HEAD).map(SimpleGrantedAuthority::new).toList();
        return content.get(4).equals(REMEMBERED)
                ? new RememberMeAuthenticationToken(PREFIX, principal, authorities)
                : UsernamePasswordAuthenticationToken.authenticated(principal, null, authorities);
    }
}
