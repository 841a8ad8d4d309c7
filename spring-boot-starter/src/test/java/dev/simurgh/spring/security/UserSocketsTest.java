package dev.simurgh.spring.security;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Connected;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authentication.event.LogoutSuccessEvent;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.session.SessionDestroyedEvent;

@ChannelTest
class UserSocketsTest {
    private static final SocketSpec SPEC = SocketSpec.builder().build();

    /** A session that has ended, as Spring Security tells of it. */
    private static final class Ended extends SessionDestroyedEvent {
        private static final long serialVersionUID = 1;
        private final transient List<SecurityContext> contexts;

        Ended(Authentication... users) {
            super("session");
            contexts = List.of(users).stream()
                    .<SecurityContext>map(SecurityContextImpl::new)
                    .toList();
        }

        @Override
        public List<SecurityContext> getSecurityContexts() {
            return contexts;
        }

        @Override
        public String getId() {
            return "session";
        }
    }

    private static Authentication user(String name) {
        return UsernamePasswordAuthenticationToken.authenticated(name, null, List.of());
    }

    private static void publish(ChannelCase chat, Object event) {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(
                    UserSockets.class,
                    () -> new UserSockets(chat.endpoint(), new SpentTickets(Duration.ofSeconds(30), Instant::now)));
            context.refresh();
            context.publishEvent(event);
        }
    }

    private static Connected socket(ChannelCase chat, String name) {
        return chat.socket(SPEC, SocketSecurity.id(name), Assigns.EMPTY);
    }

    @Test
    void aLogOutEndsAllConnectionsOfTheUserAndNoOther(ChannelCase chat) {
        Connected one = socket(chat, "ann");
        Connected two = socket(chat, "ann");
        Connected other = socket(chat, "anna");
        publish(chat, new LogoutSuccessEvent(user("ann")));
        one.assertClosed(1001);
        two.assertClosed(1001);
        other.refuteClosed();
    }

    @Test
    void theEndOfASessionEndsThem(ChannelCase chat) {
        Connected ann = socket(chat, "ann");
        publish(chat, new Ended(user("ann")));
        ann.assertClosed(1001);
    }

    @Test
    void theEndOfASessionThatIsNobodysEndsNone(ChannelCase chat) {
        Connected anonymous = socket(chat, "anonymousUser");
        publish(
                chat,
                new Ended(new AnonymousAuthenticationToken(
                        "key", "anonymousUser", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"))));
        publish(chat, new Ended());
        anonymous.refuteClosed();
    }
}
