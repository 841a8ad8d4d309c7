package dev.simurgh.spring.security;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Tickets for pages, in a WebFlux application. */
@AutoConfiguration(after = SocketSecurityAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(name = "org.springframework.security.web.server.SecurityWebFilterChain")
public class ReactiveSecurityAutoConfiguration {
    @Bean
    RouterFunction<ServerResponse> simurghTicketRoute(Tickets tickets, SimurghSecurityProperties properties) {
        return RouterFunctions.route()
                .POST(properties.ticket().path(), request -> ticket(request, tickets))
                .build();
    }

    private static Mono<ServerResponse> ticket(ServerRequest request, Tickets tickets) {
        return request.principal()
                .ofType(Authentication.class)
                .filter(Tickets::isFor)
                .flatMap(user -> ServerResponse.ok()
                        .cacheControl(CacheControl.noStore())
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(tickets.json(user)))
                .switchIfEmpty(ServerResponse.status(HttpStatus.UNAUTHORIZED).build());
    }
}
