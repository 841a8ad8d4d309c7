package dev.simurgh.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.TestCluster;
import dev.simurgh.token.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

class TicketsTest {
    private static final Tokens TOKENS = Tokens.of("a secret of more than twenty bytes");

    private static final Duration AGE = Duration.ofSeconds(30);

    private final UserDetails ann =
            User.withUsername("ann").password("{noop}s3cret").roles("CHAT").build();
    private final InMemoryUserDetailsManager users = new InMemoryUserDetailsManager(ann);
    private Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private final SpentTickets spent = new SpentTickets(AGE, () -> now);
    private final Tickets tickets = with(TOKENS);
    private final Authentication session = UsernamePasswordAuthenticationToken.authenticated(
            ann, "s3cret", AuthorityUtils.createAuthorityList("ROLE_CHAT", "ROLE_FOR_THIS_SESSION"));

    private Tickets with(Tokens tokens) {
        return with(tokens, spent);
    }

    private Tickets with(Tokens tokens, SpentTickets known) {
        return new Tickets(tokens, AGE, name -> Optional.of(users.loadUserByUsername(name)), () -> now, known);
    }

    private static Authentication known(Shown shown) {
        assertThat(shown).isInstanceOf(Shown.Good.class);
        return ((Shown.Good) shown).known().authentication();
    }

    @Test
    void aTicketIsItsUserWithWhatTheSessionMayDo() {
        Authentication user = known(tickets.redeem(tickets.issue(session)));
        assertThat(user.getName()).isEqualTo("ann");
        assertThat(user.getPrincipal()).isEqualTo(ann);
        assertThat(user.getCredentials()).isNull();
        assertThat(AuthorityUtils.authorityListToSet(user.getAuthorities()))
                .containsExactlyInAnyOrder("ROLE_CHAT", "ROLE_FOR_THIS_SESSION");
    }

    @Test
    void aTicketIsGoodOnce() {
        String ticket = tickets.issue(session);
        known(tickets.redeem(ticket));
        assertThat(tickets.redeem(ticket)).isEqualTo(new Shown.Wrong("ticket: used before"));
        now = now.plusSeconds(30);
        assertThat(tickets.redeem(ticket)).isInstanceOf(Shown.Wrong.class);
        known(tickets.redeem(tickets.issue(session)));
    }

    @Test
    void aTicketIsGoodForSeconds() {
        String ticket = tickets.issue(session);
        now = now.plusSeconds(31);
        assertThat(tickets.redeem(ticket)).isEqualTo(new Shown.Wrong("ticket: too old"));
    }

    @Test
    void aTicketOfSomebodyElseIsNone() {
        Shown none = new Shown.Wrong("ticket: not one of ours");
        String ticket = tickets.issue(session);
        assertThat(with(Tokens.of("another secret of as many bytes")).redeem(ticket))
                .isEqualTo(none);
        assertThat(tickets.redeem(ticket.substring(0, ticket.length() - 2))).isEqualTo(none);
        assertThat(tickets.redeem("simurgh-ticket.")).isEqualTo(none);
        assertThat(tickets.redeem("simurgh-ticket." + TOKENS.sign("simurgh socket ticket", "ann")))
                .isEqualTo(none);
    }

    @Test
    void anotherNodeWithTheSameSecretTakesIt() {
        known(with(TOKENS).redeem(tickets.issue(session)));
    }

    @Test
    void aUserWhoWasDisabledOrDeletedMeanwhileIsNotLetIn() {
        String first = tickets.issue(session);
        String second = tickets.issue(session);
        users.updateUser(User.withUserDetails(ann).disabled(true).build());
        assertThat(tickets.redeem(first)).isEqualTo(new Shown.Wrong("ticket: DisabledException"));
        users.deleteUser("ann");
        assertThat(tickets.redeem(second)).isEqualTo(new Shown.Wrong("ticket: UsernameNotFoundException"));
    }

    @Test
    void aUserWhomTheApplicationDoesNotKeepIsANameOnly() {
        Authentication other = UsernamePasswordAuthenticationToken.authenticated(
                "github:ann", null, AuthorityUtils.createAuthorityList("OAUTH2_USER"));
        assertThat(known(tickets.redeem(tickets.issue(other))).getPrincipal()).isEqualTo("github:ann");
    }

    @Test
    void aTicketTellsNothing() {
        assertThat(tickets.json(session)).matches("\\{\"ticket\":\"simurgh-ticket\\.[\\w.-]+\",\"expires_in\":30}");
        assertThat(tickets.issue(session)).isNotEqualTo(tickets.issue(session)).doesNotContain("ann", "CHAT");
    }

    @Test
    void aTicketThatAnotherNodeHasIssuedWithItsClockAheadIsGoodOnceForAsLongAsItLasts() {
        Instant here = now;
        now = here.plusSeconds(20);
        String ticket = tickets.issue(session);
        now = here;
        known(tickets.redeem(ticket));
        now = here.plusSeconds(45);
        known(tickets.redeem(tickets.issue(session))); // a time at which what is over is forgotten
        assertThat(tickets.redeem(ticket)).isEqualTo(new Shown.Wrong("ticket: used before"));
    }

    @Test
    void aTicketThatWasUsedAtOneNodeIsNoGoodAtAnother() {
        TestCluster cluster = TestCluster.seed(7);
        SpentTickets here = new SpentTickets(AGE, () -> now);
        SpentTickets there = new SpentTickets(AGE, () -> now);
        try (ChannelCase one = cluster.channelCase("a@host", endpoint -> endpoint.part(here));
                ChannelCase two = cluster.channelCase("b@host", endpoint -> endpoint.part(there))) {
            assertThat(one.endpoint().node().list()).containsExactly("b@host");
            assertThat(two.endpoint().node().list()).containsExactly("a@host");
            String ticket = tickets.issue(session);
            known(with(TOKENS, here).redeem(ticket));
            assertThat(with(TOKENS, there).redeem(ticket)).isEqualTo(new Shown.Wrong("ticket: used before"));
        }
    }

    @Test
    void aTicketFromBeforeTheLogOutOpensNothingAtAnyNode() {
        TestCluster cluster = TestCluster.seed(7);
        SpentTickets here = new SpentTickets(AGE, () -> now);
        SpentTickets there = new SpentTickets(AGE, () -> now);
        try (ChannelCase one = cluster.channelCase("a@host", endpoint -> endpoint.part(here));
                ChannelCase two = cluster.channelCase("b@host", endpoint -> endpoint.part(there))) {
            assertThat(two.endpoint().node().list()).containsExactly("a@host");
            String early = tickets.issue(session);
            new UserSockets(one.endpoint(), here).disconnect("ann");
            Shown tooLate = new Shown.Wrong("ticket: from before the log-out");
            assertThat(with(TOKENS, here).redeem(early)).isEqualTo(tooLate);
            assertThat(with(TOKENS, there).redeem(early)).isEqualTo(tooLate);
            now = now.plusMillis(1);
            known(with(TOKENS, there).redeem(tickets.issue(session))); // of another session
        }
    }

    @Test
    void aTicketForATokenLastsNoLongerThanTheToken() {
        Instant end = now.plusSeconds(300);
        Jwt jwt = Jwt.withTokenValue("jwt")
                .header("alg", "RS256")
                .subject("ann")
                .expiresAt(end)
                .build();
        Shown shown = tickets.redeem(tickets.issue(new JwtAuthenticationToken(jwt, List.of())));
        assertThat(((Shown.Good) shown).known().until()).contains(end);
    }

    @Test
    void whoIsOnlyRememberedIsNoMoreThanThatByATicket() {
        Authentication remembered = known(
                tickets.redeem(tickets.issue(new RememberMeAuthenticationToken("key", ann, ann.getAuthorities()))));
        assertThat(new AuthenticationTrustResolverImpl().isFullyAuthenticated(remembered))
                .isFalse();
        assertThat(remembered.getName()).isEqualTo("ann");
    }

    @Test
    void aTokenThatNamesNobodyGetsNoTicket() {
        Jwt jwt = Jwt.withTokenValue("jwt")
                .header("alg", "RS256")
                .claim("scope", "chat")
                .build();
        assertThat(Tickets.isFor(new JwtAuthenticationToken(jwt, List.of()))).isFalse();
        assertThat(Tickets.isFor(session)).isTrue();
        assertThat(SocketSecurity.id(
                        Assigns.of(SocketSecurity.AUTHENTICATION, new JwtAuthenticationToken(jwt, List.of()))))
                .isEmpty();
    }
}
