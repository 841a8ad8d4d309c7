package dev.simurgh.spring.security;

import dev.simurgh.channel.Assigns;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.annotated.AnnotatedChannels;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Joined;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;

/** Methods ask who the client is by the types of Spring Security. */
@ChannelTest
class UserParametersTest {
    record Named(String name) {}

    static class Asking {
        @HandleIn("principal")
        Named principal(Principal who) {
            return new Named(who.getName());
        }

        @HandleIn("authentication")
        Named authentication(Map<String, Object> payload, Authentication who) {
            return new Named(who.getName());
        }

        @HandleIn("details")
        Named details(@AuthenticationPrincipal UserDetails who) {
            return new Named(who.getUsername());
        }

        @HandleIn("expression")
        Named expression(@AuthenticationPrincipal(expression = "username") String name) {
            return new Named(name);
        }

        @HandleIn("number")
        Named number(@AuthenticationPrincipal @Nullable Long other) {
            return new Named(String.valueOf(other));
        }

        @HandleIn("optional")
        Named optional(Optional<Authentication> who) {
            return new Named(who.map(Principal::getName).orElse("nobody"));
        }
    }

    private static Authentication user(String name) {
        return new TestingAuthenticationToken(new User(name, "a", List.of()), null, "USER");
    }

    private static Joined join(ChannelCase chat, Assigns assigns) {
        return chat.socket("room", AnnotatedChannels.spec(Asking.class, Asking::new), assigns)
                .join("room");
    }

    @Test
    void theyGetTheUserWhoWasRenewedLast(ChannelCase chat) {
        CurrentUser user = new CurrentUser(user("ann"));
        Joined room =
                join(chat, Assigns.of(SocketSecurity.CURRENT, user).with(SocketSecurity.AUTHENTICATION, user("ann")));
        for (String name : List.of("ann", "renewed")) {
            for (String event : List.of("principal", "authentication", "details", "expression", "optional")) {
                room.assertReply(room.push(event, Map.of()), "ok", new Named(name));
            }
            user.renew(user("renewed"));
        }
        room.assertReply(room.push("number", Map.of()), "ok", new Named("null"));
    }

    @Test
    void theAssignOfAConnectOfOnesOwnIsEnough(ChannelCase chat) {
        Joined room = join(chat, Assigns.of(SocketSecurity.AUTHENTICATION, user("ann")));
        room.assertReply(room.push("details", Map.of()), "ok", new Named("ann"));
    }

    @Test
    void nobodyIsAnswered(ChannelCase chat) {
        Joined room = join(chat, Assigns.EMPTY);
        for (String event : List.of("principal", "authentication", "details", "expression")) {
            room.assertReply(room.push(event, Map.of()), "error", Map.of("reason", "forbidden"));
        }
        room.assertReply(room.push("optional", Map.of()), "ok", new Named("nobody"));
    }
}
