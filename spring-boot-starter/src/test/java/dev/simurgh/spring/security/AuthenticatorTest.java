package dev.simurgh.spring.security;

import static java.time.temporal.ChronoUnit.MINUTES;
import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.token.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

class AuthenticatorTest {
    private static final Duration SKEW = Duration.ofSeconds(60);

    private final InMemoryUserDetailsManager users = new InMemoryUserDetailsManager(
            User.withUsername("ann").password("{noop}s3cret").roles("CHAT").build());
    private final Tickets tickets = new Tickets(
            Tokens.of("a secret of more than twenty bytes"),
            Duration.ofSeconds(30),
            name -> Optional.of(users.loadUserByUsername(name)),
            Instant::now,
            new SpentTickets(Duration.ofSeconds(30), Instant::now));
    private final ProviderManager passwords = new ProviderManager(new DaoAuthenticationProvider(users));

    private static ConnectRequest request(UnaryOperator<ConnectInfo.Builder> info) {
        return ConnectRequest.of(Map.of(), info.apply(ConnectInfo.builder()).build());
    }

    private static ConnectRequest header(String value) {
        return request(info -> info.headers(Map.of("Authorization", value)));
    }

    private static Shown shown(Authenticator authenticator, ConnectRequest request) {
        return authenticator.values(request).get(SocketSecurity.SHOWN);
    }

    private static Authentication known(Shown shown) {
        assertThat(shown).isInstanceOf(Shown.Good.class);
        return ((Shown.Good) shown).known().authentication();
    }

    private static Shown.Wrong wrong(String why) {
        return new Shown.Wrong(why);
    }

    @Nested
    class Jwts {
        private final JwtIssuer issuer = new JwtIssuer();
        private final Instant later = Instant.now().plus(5, MINUTES);
        private final Authenticator authenticator = new Authenticator(
                tickets,
                Optional.of(new BearerAuthentication(new JwtAuthenticationProvider(
                        NimbusJwtDecoder.withJwkSetUri(issuer.jwksUri()).build())::authenticate)),
                () -> null,
                SKEW);

        Jwts() throws Exception {}

        @AfterEach
        void close() {
            issuer.close();
        }

        private Shown shown(String token) {
            return AuthenticatorTest.shown(authenticator, request(info -> info.authToken(token)));
        }

        @Test
        void areTakenBesideTheAddressOrInTheHeader() {
            String token = issuer.token("ann", later);
            assertThat(known(shown(token)).getName()).isEqualTo("ann");
            Authentication user = known(AuthenticatorTest.shown(authenticator, header("bearer " + token)));
            assertThat(AuthorityUtils.authorityListToSet(user.getAuthorities())).contains("SCOPE_chat");
            Authentication value =
                    authenticator.values(header("Bearer " + token)).get(SocketSecurity.AUTHENTICATION);
            assertThat(value.getPrincipal()).isEqualTo(user.getPrincipal());
        }

        @Test
        void sayForHowLong() {
            assertThat(((Shown.Good) shown(issuer.token("ann", later))).known().until())
                    .contains(later.truncatedTo(SECONDS));
        }

        @Test
        void areRefusedWhenTheyAreOverButNotWithinTheSkewOfClocks() {
            assertThat(shown(issuer.token("ann", Instant.now().minusSeconds(30))))
                    .isInstanceOf(Shown.Good.class);
            assertThat(((Shown.Wrong) shown(issuer.token("ann", Instant.now().minusSeconds(90)))).why())
                    .startsWith("token: Jwt expired at ");
        }

        @Test
        void ofSomebodyElseAreRefused() {
            String good = issuer.token("ann", later);
            String tampered = good.substring(0, good.lastIndexOf('.') + 1)
                    + issuer.forged("ann", later).replaceAll(".*\\.", "");
            for (String forged : List.of(
                    issuer.forged("ann", later),
                    issuer.confused("ann", later),
                    JwtIssuer.unsigned("ann", later),
                    tampered,
                    good + "x",
                    "secret-text",
                    "a.b.c",
                    ".",
                    "..")) {
                assertThat(shown(forged)).as(forged).isEqualTo(wrong("token: no good JWT"));
            }
        }

        @Test
        void areTakenWithANewKeyOfTheIssuer() {
            String old = issuer.token("ann", later);
            assertThat(shown(old)).isInstanceOf(Shown.Good.class);
            issuer.rotate();
            assertThat(shown(issuer.token("ann", later))).isInstanceOf(Shown.Good.class);
            assertThat(shown(old)).isEqualTo(wrong("token: no good JWT"));
            assertThat(issuer.fetches).hasValueGreaterThan(1);
        }

        @Test
        void thatCannotBeCheckedNowAreNoFaultOfTheClient() {
            issuer.down = true;
            String token = issuer.token("ann", later);
            assertThatThrownBy(() -> shown(token))
                    .isInstanceOf(AuthenticationServiceException.class)
                    .hasMessageNotContaining(token);
        }

        @Test
        void thatAreBlankAreRefusedAndNoFaultOfOurs() {
            assertThat(AuthenticatorTest.shown(authenticator, request(info -> info.authToken(" "))))
                    .isEqualTo(wrong("token: blank"));
        }

        @Test
        void goBeforeWhomTheServerKnows() {
            ConnectRequest both = request(info -> info.authToken("wrong").principal(somebody()));
            assertThat(AuthenticatorTest.shown(authenticator, both)).isEqualTo(wrong("token: no good JWT"));
        }
    }

    private static Authentication somebody() {
        TestingAuthenticationToken user = new TestingAuthenticationToken("ann", null, "ROLE_CHAT");
        user.setAuthenticated(true);
        return user;
    }

    @Nested
    class Others {
        private final Authenticator authenticator = new Authenticator(tickets, Optional.empty(), () -> passwords, SKEW);

        private Shown shown(ConnectRequest request) {
            return AuthenticatorTest.shown(authenticator, request);
        }

        private Shown basic(String pair) {
            String header = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            return shown(header("Basic " + header));
        }

        @Test
        void areTheUserWhomTheServerKnows() {
            assertThat(known(shown(request(info -> info.principal(somebody())))))
                    .isEqualTo(somebody());
            var anonymous =
                    new AnonymousAuthenticationToken("key", "anonymous", AuthorityUtils.createAuthorityList("A"));
            var unchecked = new TestingAuthenticationToken("ann", "password");
            assertThat(shown(request(info -> info.principal(anonymous)))).isEqualTo(Shown.Nothing.NOTHING);
            assertThat(shown(request(info -> info.principal(unchecked)))).isEqualTo(Shown.Nothing.NOTHING);
            assertThat(shown(request(info -> info.principal(() -> "ann")))).isEqualTo(Shown.Nothing.NOTHING);
        }

        @Test
        void haveANameAndAPassword() {
            assertThat(known(basic("ann:s3cret")).getName()).isEqualTo("ann");
            assertThat(known(basic("ann:s3cret")).getCredentials()).isNull();
            assertThat(basic("ann:other")).isEqualTo(wrong("password: BadCredentialsException"));
            assertThat(basic("bob:s3cret")).isEqualTo(wrong("password: BadCredentialsException"));
            assertThat(basic("ann")).isEqualTo(wrong("Authorization header (expected: a user name and a password)"));
            assertThat(shown(header("Basic %%%")))
                    .isEqualTo(wrong("Authorization header (expected: Basic with base64)"));
        }

        @Test
        void showNothingThatIsKnownHere() {
            assertThat(shown(request(info -> info))).isEqualTo(Shown.Nothing.NOTHING);
            assertThat(shown(header("Digest x"))).isEqualTo(Shown.Nothing.NOTHING);
            assertThat(shown(request(info -> info.authToken("")))).isEqualTo(Shown.Nothing.NOTHING);
            assertThat(new Authenticator(tickets, Optional.empty(), () -> null, SKEW)
                            .values(header("Basic YW5uOnMzY3JldA=="))
                            .get(SocketSecurity.SHOWN))
                    .isEqualTo(Shown.Nothing.NOTHING);
        }

        @Test
        void showATokenThatNobodyCanCheck() {
            assertThat(((Shown.Wrong) shown(request(info -> info.authToken("a.b.c")))).why())
                    .isEqualTo("a token that nobody here can check (expected: a bean of type JwtDecoder, or a ticket)");
        }
    }
}
