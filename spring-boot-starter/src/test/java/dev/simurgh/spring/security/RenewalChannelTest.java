package dev.simurgh.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Connected;
import dev.simurgh.token.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;

class RenewalChannelTest {
    @RegisterExtension
    static final ChannelCase.Extension CASE = ChannelCase.builder()
            .endpoint(endpoint -> endpoint.codec(JacksonCodec.create()))
            .extension();

    private static final Instant START = Instant.parse("2026-11-28T12:00:00Z");
    private Instant now = START;

    /** A token is {@code NAME ROLE MINUTES}, since the start. */
    private Known check(String token) {
        String[] parts = token.split(" ", -1);
        if (parts.length != 3) {
            throw new BadCredentialsException(token);
        }
        return new Known(
                UsernamePasswordAuthenticationToken.authenticated(
                        parts[0], null, AuthorityUtils.createAuthorityList(parts[1])),
                Optional.of(START.plus(Duration.ofMinutes(Long.parseLong(parts[2])))));
    }

    private final Authenticator authenticator = new Authenticator(
            new Tickets(
                    Tokens.of("a secret of more than twenty bytes"),
                    Duration.ofSeconds(30),
                    name -> Optional.empty(),
                    () -> now,
                    new SpentTickets(Duration.ofSeconds(30), () -> now)),
            Optional.of(this::check),
            () -> null,
            Duration.ZERO);

    private final SocketSpec spec = SocketSpec.builder()
            .info(authenticator::values)
            .connect(request -> SocketSecurity.accept(request).expiresIn(Duration.ofMinutes(60)))
            .channel("simurgh:session", RenewalChannel.spec(authenticator, () -> now))
            .build();

    private Connected connect(ChannelCase chat, String token) {
        return chat.connect(
                spec, Map.of(), ConnectInfo.builder().authToken(token).build());
    }

    private void advance(ChannelCase chat, int minutes) {
        now = now.plus(Duration.ofMinutes(minutes));
        chat.clock().advance(Duration.ofMinutes(minutes));
    }

    @Test
    void aFreshTokenKeepsTheConnectionAndGivesItsRoles(ChannelCase chat) {
        Connected client = connect(chat, "ann GUEST 60");
        var session = client.join("simurgh:session");
        advance(chat, 59);
        session.assertPush("expires", Map.of("expires_in", 60));
        session.assertReply(session.push("renew", Map.of("token", "ann ADMIN 120")), "ok", Map.of("expires_in", 3660));
        assertThat(AuthorityUtils.authorityListToSet(client.assigns()
                        .get(SocketSecurity.CURRENT)
                        .authentication()
                        .getAuthorities()))
                .containsExactly("ADMIN");
        advance(chat, 60);
        client.refuteClosed();
        session.assertPush("expires", Map.of("expires_in", 60));
        advance(chat, 1);
        client.assertClosed(3000);
    }

    @Test
    void theTokenOfAnotherUserOrOneThatIsOverRenewsNothing(ChannelCase chat) {
        Connected client = connect(chat, "ann GUEST 60");
        var session = client.join("simurgh:session");
        session.assertReply(
                session.push("renew", Map.of("token", "bob ADMIN 120")), "error", Map.of("reason", "another user"));
        session.assertReply(session.push("renew", Map.of("token", "nonsense")), "error", Map.of("reason", "token"));
        session.assertReply(session.push("renew", Map.of("token", " ")), "error", Map.of("reason", "token"));
        session.assertReply(session.push("renew", Map.of()), "error", Map.of("reason", "token"));
        session.assertReply(session.push("renew", Map.of("token", "ann ADMIN 0")), "error", Map.of("reason", "token"));
        advance(chat, 60);
        client.assertClosed(3000);
    }

    @Test
    void whoShowsNothingIsRefused(ChannelCase chat) {
        chat.tryConnect(spec, Map.of()).assertRefused("not authenticated");
    }
}
