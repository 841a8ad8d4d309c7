package dev.simurgh.spring.security;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.session.HttpSessionEventPublisher;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** Tickets for pages, and the end of sessions, in a servlet application. */
@AutoConfiguration(after = SocketSecurityAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(name = "org.springframework.security.web.SecurityFilterChain")
public class ServletSecurityAutoConfiguration {
    /** With Spring MVC. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.web.servlet.function.RouterFunction")
    static class TicketRoute {
        @Bean
        RouterFunction<ServerResponse> simurghTicketRoute(Tickets tickets, SimurghSecurityProperties properties) {
            return RouterFunctions.route()
                    .POST(properties.ticket().path(), request -> ticket(request, tickets))
                    .build();
        }

        private static ServerResponse ticket(ServerRequest request, Tickets tickets) {
            return request.principal()
                    .filter(Authentication.class::isInstance)
                    .map(Authentication.class::cast)
                    .filter(Tickets::isFor)
                    .map(user -> ServerResponse.ok()
                            .cacheControl(CacheControl.noStore())
                            .contentType(MediaType.APPLICATION_JSON)
                            .body(tickets.json(user)))
                    .orElseGet(
                            () -> ServerResponse.status(HttpStatus.UNAUTHORIZED).build());
        }
    }

    /** What tells of the end of sessions; Spring Boot adds it to the container. */
    @Bean
    @ConditionalOnMissingBean
    HttpSessionEventPublisher simurghSessionEvents() {
        return new HttpSessionEventPublisher();
    }
}
