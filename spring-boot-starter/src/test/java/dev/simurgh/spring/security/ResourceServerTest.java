package dev.simurgh.spring.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import reactor.core.publisher.Mono;

class ResourceServerTest {
    private static final Instant UNTIL = Instant.parse("2026-11-28T12:00:00Z");

    private static Jwt jwt(String token) {
        if (token.equals("bad")) {
            throw new BadJwtException("bad");
        }
        return Jwt.withTokenValue(token)
                .header("alg", "RS256")
                .subject("7")
                .claim("preferred_username", "ann")
                .issuedAt(UNTIL.minusSeconds(60))
                .expiresAt(UNTIL)
                .build();
    }

    private static Authenticator.Bearer bearer(Object... beans) {
        return new ResourceServer(factory(beans)).bearer().orElseThrow();
    }

    private static StaticListableBeanFactory factory(Object... beans) {
        StaticListableBeanFactory factory = new StaticListableBeanFactory();
        for (Object bean : beans) {
            factory.addBean("bean" + factory.getBeanDefinitionCount(), bean);
        }
        return factory;
    }

    @Test
    void aDecoderOfAServletApplicationIsTakenWithItsConverter() {
        JwtAuthenticationConverter converter = new JwtAuthenticationConverter();
        converter.setPrincipalClaimName("preferred_username");
        JwtDecoder decoder = ResourceServerTest::jwt;
        Known known = bearer(decoder, converter).check("good");
        assertThat(known.authentication().getName()).isEqualTo("ann");
        assertThat(known.until()).contains(UNTIL);
        assertThat(bearer(decoder).check("good").authentication().getName()).isEqualTo("7");
        assertThatThrownBy(() -> bearer(decoder).check("bad")).isInstanceOf(InvalidBearerTokenException.class);
    }

    @Test
    void aDecoderOfAWebFluxApplicationIsWaitedFor() {
        ReactiveJwtDecoder decoder = token -> Mono.fromCallable(() -> jwt(token));
        assertThat(bearer(decoder).check("good").authentication().getName()).isEqualTo("7");
        assertThatThrownBy(() -> bearer(decoder).check("bad")).isInstanceOf(InvalidBearerTokenException.class);
    }

    @Test
    void anIntrospectorIsAsked() {
        OAuth2AuthenticatedPrincipal ann = new DefaultOAuth2AuthenticatedPrincipal(
                "ann", Map.of("exp", UNTIL), AuthorityUtils.createAuthorityList("SCOPE_chat"));
        OpaqueTokenIntrospector introspector = token -> ann;
        Known known = bearer(introspector).check("opaque");
        assertThat(known.authentication().getName()).isEqualTo("ann");
        assertThat(known.until()).contains(UNTIL);
    }

    @Test
    void withoutAnyThereIsNone() {
        assertThat(new ResourceServer(factory()).bearer()).isEmpty();
    }

    @Test
    void passwordsAreThoseOfTheApplication() {
        UserDetails ann =
                User.withUsername("ann").password("{noop}a").roles("USER").build();
        Passwords reactive = new Passwords(factory(new MapReactiveUserDetailsService(ann)));
        Authentication asked = UsernamePasswordAuthenticationToken.unauthenticated("ann", "a");
        assertThat(Objects.requireNonNull(reactive.get()).authenticate(asked).isAuthenticated())
                .isTrue();
        assertThat(reactive.user("ann").map(UserDetails::getUsername)).contains("ann");
        assertThatThrownBy(() -> reactive.user("bob")).isInstanceOf(UsernameNotFoundException.class);
        AuthenticationManager own = authentication -> authentication;
        assertThat(new Passwords(factory(own)).get()).isSameAs(own);
        assertThat(new Passwords(factory()).get()).isNull();
        assertThat(new Passwords(factory()).user("ann")).isEqualTo(Optional.empty());
    }
}
