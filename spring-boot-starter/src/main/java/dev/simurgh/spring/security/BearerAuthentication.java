package dev.simurgh.spring.security;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/** Bearer tokens, checked by the application's resource server. */
final class BearerAuthentication implements Authenticator.Bearer {
    private final AuthenticationManager resourceServer;

    BearerAuthentication(AuthenticationManager resourceServer) {
        this.resourceServer = resourceServer;
    }

    @Override
    public Known check(String token) {
        Authentication user = resourceServer.authenticate(new BearerTokenAuthenticationToken(token));
        return new Known(user, until(user));
    }

    static Optional<Instant> until(Authentication authentication) {
        return authentication instanceof AbstractOAuth2TokenAuthenticationToken<?> bearer
                ? Optional.ofNullable(bearer.getToken().getExpiresAt())
                : Optional.empty();
    }

    /** What validators say of a token that is genuine; of others nothing, as messages may hold parts of them. */
    static String why(AuthenticationException wrong) {
        if (wrong.getCause() instanceof JwtValidationException invalid) {
            return invalid.getErrors().stream().map(OAuth2Error::getDescription).collect(Collectors.joining(", "));
        }
        return wrong.getCause() instanceof BadJwtException ? "no good JWT" : "";
    }
}
