package dev.simurgh.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.token.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

class TicketsTest {
    private static final Tokens TOKENS = Tokens.of("a secret of more than twenty bytes");

    private final UserDetails ann =
            User.withUsername("ann").password("{noop}s3cret").roles("CHAT").build();
    private final InMemoryUserDetailsManager users = new InMemoryUserDetailsManager(ann);
    private Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private final Tickets tickets = with(TOKENS);
    private final Authentication session = UsernamePasswordAuthenticationToken.authenticated(
            ann, "s3cret", AuthorityUtils.createAuthorityList("ROLE_CHAT", "ROLE_FOR_THIS_SESSION"));

    private Tickets with(Tokens tokens) {
        return new Tickets(
                tokens, Duration.ofSeconds(30), name -> Optional.of(users.loadUserByUsername(name)), () -> now);
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
}
