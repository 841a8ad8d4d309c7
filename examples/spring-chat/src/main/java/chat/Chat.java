package chat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.spring.SocketCustomizer;
import dev.simurgh.token.Tokens;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.UserDetails;

/** What is there once. */
@Configuration(proxyBeanMethods = false)
class Chat {
    static final String SALT = "socket";
    static final Assigns.Key<Authentication> AUTHENTICATION = Assigns.key("authentication");

    @Bean
    Tokens tokens(Secrets secrets) {
        return Tokens.builder(secrets.of("tokens")).maxAge(Duration.ofDays(1)).build();
    }

    @Bean
    SocketSpec.Connect connect(Tokens tokens, Users users) {
        return request -> tokens.verify(SALT, request.param("token").orElse(""))
                .as(String.class)
                .map(login -> {
                    UserDetails user = users.loadUserByUsername(login);
                    return ConnectResult.ok(Assigns.of(
                            AUTHENTICATION,
                            UsernamePasswordAuthenticationToken.authenticated(user, null, user.getAuthorities())));
                })
                .orElseGet(ConnectResult::refuse);
    }

    @Bean
    SocketCustomizer names() {
        return (path, socket) -> socket.id(
                assigns -> "user_socket:" + assigns.get(AUTHENTICATION).getName());
    }
}
