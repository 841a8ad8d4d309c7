package dev.simurgh.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

@ChannelTest
class SocketSecurityTest {
    private final List<String> ranAs = new ArrayList<>();

    private final SocketSpec spec = SocketSpec.builder()
            .channel(
                    "room:*",
                    ChannelSpec.builder(Object::new)
                            .join((channel, socket) -> {
                                SocketSecurity.call(socket, () -> ranAs.add(name()));
                                return JoinResult.ok();
                            })
                            .build())
            .build();

    private static Authentication user(String name) {
        return UsernamePasswordAuthenticationToken.authenticated(name, null, List.of());
    }

    private static String name() {
        Authentication user = SecurityContextHolder.getContext().getAuthentication();
        return user == null ? "nobody" : user.getName();
    }

    @AfterEach
    void nobodyIsLeft() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void codeRunsAsTheClientsUserAndNotAsThatOfTheThread(ChannelCase chat) {
        SecurityContextHolder.getContext().setAuthentication(user("somebody"));
        Assigns ann = Assigns.of(SocketSecurity.CURRENT, new CurrentUser(user("ann")));
        chat.socket(spec, "1", ann).join("room:1");
        chat.socket(spec, "2", Assigns.EMPTY).join("room:1");
        assertThat(ranAs).containsExactly("ann", "nobody");
        assertThat(name()).isEqualTo("somebody");
    }
}
