package dev.simurgh.spring.security;

import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.spring.SocketCustomizer;
import dev.simurgh.spring.annotated.AnnotatedChannelsAutoConfiguration;
import dev.simurgh.spring.autoconfigure.SimurghAutoConfiguration;
import dev.simurgh.token.Tokens;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.core.Authentication;

/** Who may connect, where there is Spring Security. */
@AutoConfiguration(after = SimurghAutoConfiguration.class, before = AnnotatedChannelsAutoConfiguration.class)
@ConditionalOnClass(Authentication.class)
@EnableConfigurationProperties(SimurghSecurityProperties.class)
public class SocketSecurityAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(SocketSecurityAutoConfiguration.class);
    private static final int SECRET_BYTES = 32;

    @Bean
    Passwords simurghPasswords(ListableBeanFactory beans) {
        return new Passwords(beans);
    }

    @Bean
    SpentTickets simurghSpentTickets(SimurghSecurityProperties properties) {
        return new SpentTickets(properties.ticket().maxAge(), Instant::now);
    }

    @Bean
    Tickets simurghTickets(
            SimurghSecurityProperties properties,
            ObjectProvider<Tokens> tokens,
            Passwords passwords,
            SpentTickets spent) {
        return new Tickets(
                tokens.getIfUnique(SocketSecurityAutoConfiguration::madeUp),
                properties.ticket().maxAge(),
                passwords::user,
                Instant::now,
                spent);
    }

    private static Tokens madeUp() {
        log.debug("there are no Tokens: a ticket is good at the node that has issued it (expected on several:"
                + " simurgh.secret-key-base)");
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return Tokens.of(secret);
    }

    @Bean
    Authenticator simurghAuthenticator(
            Tickets tickets,
            ObjectProvider<ResourceServer> resourceServer,
            Passwords passwords,
            SimurghSecurityProperties properties) {
        return new Authenticator(
                tickets,
                Optional.ofNullable(resourceServer.getIfAvailable()).flatMap(ResourceServer::bearer),
                properties.basic() ? passwords : () -> null,
                properties.clockSkew());
    }

    @Bean
    @ConditionalOnMissingBean
    SocketSpec.Connect simurghConnect(SimurghSecurityProperties properties) {
        return request -> {
            boolean shown =
                    request.info().value(SocketSecurity.SHOWN).orElse(Shown.Nothing.NOTHING) != Shown.Nothing.NOTHING;
            return shown || !properties.allowAnonymous() ? SocketSecurity.accept(request) : ConnectResult.ok();
        };
    }

    @Bean
    SocketCustomizer simurghSocketSecurity(
            Authenticator authenticator, SimurghSecurityProperties properties, ListableBeanFactory beans) {
        boolean byDefault = beans.getBeanNamesForType(SocketSpec.class).length == 0;
        return (path, socket) -> {
            socket.info(authenticator::values);
            if (byDefault) {
                socket.optionalId(SocketSecurity::id);
            }
            if (!properties.renewalTopic().isEmpty()) {
                socket.channel(properties.renewalTopic(), RenewalChannel.spec(authenticator, Instant::now));
            }
        };
    }

    @Bean
    @ConditionalOnMissingBean
    UserSockets userSockets(Endpoint endpoint, SpentTickets tickets) {
        return new UserSockets(endpoint, tickets);
    }

    /** With a resource server. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = {
                "org.springframework.security.oauth2.jwt.JwtDecoder",
                "org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken"
            })
    static class Bearers {
        @Bean
        ResourceServer simurghResourceServer(ListableBeanFactory beans) {
            return new ResourceServer(beans);
        }
    }

    @Bean
    MethodSecurity simurghMethodSecurity(ObjectProvider<AuthorizationAdvisor> advisors) {
        return new MethodSecurity(advisors);
    }
}
