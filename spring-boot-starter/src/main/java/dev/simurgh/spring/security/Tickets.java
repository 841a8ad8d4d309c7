package dev.simurgh.spring.security;

import dev.simurgh.token.Tokens;
import dev.simurgh.token.Verified;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.security.authentication.AccountStatusException;
import org.springframework.security.authentication.AccountStatusUserDetailsChecker;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/**
 * What a page fetches from the application, where it is known by its session, and shows on Simurgh's own port, where it is not: who the user is, encrypted, for
 * seconds, and once. That it was used is remembered by the node where it was used, for as long as it is good. For any thread.
 */
final class Tickets {
    private static final String PREFIX = "simurgh-ticket.";
    private static final String SALT = "simurgh socket ticket";
    private static final int ID_BYTES = 16;

    /** Marks a user whom the application keeps, not one of another's, such as of an OAuth 2 login. */
    private static final String KEPT = "kept";

    private record Used(String id, Instant until) {}

    private final Tokens tokens;
    private final Duration maxAge;
    private final Function<String, Optional<UserDetails>> users;
    private final Supplier<Instant> now;
    private final SecureRandom random = new SecureRandom();
    private final Queue<Used> used = new ArrayDeque<>(); // with the next, guarded by this
    private final Set<String> usedIds = new HashSet<>();

    /** @param users looks again whether a user is still welcome; gives none for one that it does not keep */
    Tickets(Tokens tokens, Duration maxAge, Function<String, Optional<UserDetails>> users, Supplier<Instant> now) {
        this.tokens = tokens;
        this.maxAge = maxAge;
        this.users = users;
        this.now = now;
    }

    static boolean isOne(String token) {
        return token.startsWith(PREFIX);
    }

    String issue(Authentication user) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        List<String> content = new ArrayList<>();
        content.add(HexFormat.of().formatHex(id));
        content.add(user.getName());
        content.add(user.getPrincipal() instanceof UserDetails ? KEPT : "");
        for (GrantedAuthority authority : user.getAuthorities()) {
            String name = authority.getAuthority();
            if (name != null) {
                content.add(name);
            }
        }
        return PREFIX + tokens.at(now.get()).encrypt(SALT, content, maxAge);
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

    private Shown known(List<?> content) {
        if (!firstUse((String) content.get(0))) {
            return new Shown.Wrong("ticket: used before");
        }
        String name = (String) content.get(1);
        List<SimpleGrantedAuthority> authorities = content.stream()
                .skip(3)
                .map(authority -> new SimpleGrantedAuthority((String) authority))
                .toList();
        try {
            Optional<UserDetails> details = KEPT.equals(content.get(2)) ? users.apply(name) : Optional.empty();
            details.ifPresent(new AccountStatusUserDetailsChecker()::check);
            Object principal = details.isPresent() ? details.get() : name;
            return new Shown.Good(new Known(
                    UsernamePasswordAuthenticationToken.authenticated(principal, null, authorities), Optional.empty()));
        } catch (AccountStatusException | UsernameNotFoundException notWelcome) {
            return new Shown.Wrong("ticket: " + notWelcome.getClass().getSimpleName());
        }
    }

    private synchronized boolean firstUse(String id) {
        Instant time = now.get();
        while (!used.isEmpty() && used.peek().until().isBefore(time)) {
            usedIds.remove(used.remove().id());
        }
        boolean first = usedIds.add(id);
        if (first) {
            used.add(new Used(id, time.plus(maxAge)));
        }
        return first;
    }
}
