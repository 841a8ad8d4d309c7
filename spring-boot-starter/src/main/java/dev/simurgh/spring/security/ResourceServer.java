package dev.simurgh.spring.security;

import dev.simurgh.spring.security.Authenticator.Bearer;
import java.util.Optional;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtReactiveAuthenticationManager;
import org.springframework.security.oauth2.server.resource.authentication.OpaqueTokenAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.ReactiveJwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;

/** Finds what checks the application's bearer tokens: its decoder of JWTs, of a servlet application or another, or its introspector. */
final class ResourceServer {
    private final ListableBeanFactory beans;

    ResourceServer(ListableBeanFactory beans) {
        this.beans = beans;
    }

    Optional<Bearer> bearer() {
        return jwt().or(this::reactiveJwt).or(this::opaque).map(BearerAuthentication::new);
    }

    private Optional<AuthenticationManager> jwt() {
        return bean(JwtDecoder.class).map(decoder -> {
            JwtAuthenticationProvider provider = new JwtAuthenticationProvider(decoder);
            bean(JwtAuthenticationConverter.class).ifPresent(provider::setJwtAuthenticationConverter);
            return provider::authenticate;
        });
    }

    private Optional<AuthenticationManager> reactiveJwt() {
        return bean(ReactiveJwtDecoder.class).map(decoder -> {
            JwtReactiveAuthenticationManager manager = new JwtReactiveAuthenticationManager(decoder);
            bean(ReactiveJwtAuthenticationConverter.class).ifPresent(manager::setJwtAuthenticationConverter);
            return Passwords.blocking(manager);
        });
    }

    private Optional<AuthenticationManager> opaque() {
        return bean(OpaqueTokenIntrospector.class)
                .map(introspector -> new OpaqueTokenAuthenticationProvider(introspector)::authenticate);
    }

    private <T> Optional<T> bean(Class<T> type) {
        return Optional.ofNullable(beans.getBeanProvider(type).getIfAvailable());
    }
}
