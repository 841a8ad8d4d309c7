package dev.simurgh.spring.security;

import java.time.Instant;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.util.ClassUtils;

/** What needs Spring Security's OAuth 2, which may not be there. */
final class BearerTokens {
    private static final boolean THERE = ClassUtils.isPresent(
            "org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken",
            BearerTokens.class.getClassLoader());

    private BearerTokens() {}

    /** For how long an authentication is good, if it is by a token that says so. */
    static Optional<Instant> until(Authentication authentication) {
        return THERE ? BearerAuthentication.until(authentication) : Optional.empty();
    }

    /** Why a token is wrong, in words that tell nothing of it. */
    static String why(AuthenticationException wrong) {
        String why = THERE ? BearerAuthentication.why(wrong) : "";
        return why.isEmpty() ? wrong.getClass().getSimpleName() : why;
    }
}
