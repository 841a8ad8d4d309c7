package dev.simurgh.spring.security;

import dev.simurgh.token.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;

/** Tickets of a WebFlux application. */
class ReactiveTicketsTest {
    private final Tickets tickets = new Tickets(
            Tokens.of("a secret of more than twenty bytes"),
            Duration.ofSeconds(30),
            name -> Optional.empty(),
            Instant::now,
            new SpentTickets(Duration.ofSeconds(30), Instant::now));

    private WebTestClient.ResponseSpec ask(Optional<Authentication> user) {
        SimurghSecurityProperties properties = new SimurghSecurityProperties(
                false,
                true,
                Duration.ofSeconds(60),
                "simurgh:session",
                new SimurghSecurityProperties.Ticket("/simurgh/ticket", Duration.ofSeconds(30)));
        return WebTestClient.bindToRouterFunction(
                        new ReactiveSecurityAutoConfiguration().simurghTicketRoute(tickets, properties))
                .webFilter((exchange, chain) -> chain.filter(user.map(known ->
                                exchange.mutate().principal(Mono.just(known)).build())
                        .orElse(exchange)))
                .build()
                .post()
                .uri("/simurgh/ticket")
                .exchange();
    }

    @Test
    void areForWhoIsLoggedIn() {
        ask(Optional.of(UsernamePasswordAuthenticationToken.authenticated("ann", null, List.of())))
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Cache-Control", "no-store")
                .expectBody()
                .jsonPath("$.expires_in")
                .isEqualTo(30);
    }

    @Test
    void areForNobodyElse() {
        ask(Optional.empty()).expectStatus().isUnauthorized();
        ask(Optional.of(new AnonymousAuthenticationToken(
                        "key", "anonymousUser", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"))))
                .expectStatus()
                .isUnauthorized();
    }
}
