package dev.simurgh.spring.annotated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.Socket;
import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.HandleOut;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.Terminate;
import dev.simurgh.spring.autoconfigure.SimurghConfigurationException;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Joined;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Methods ask who the client is by a parameter's type, here without Spring Security. */
@ChannelTest
class PrincipalsTest {
    private static final Assigns.Key<Supplier<? extends Principal>> CURRENT = Assigns.key("simurgh.user");

    record Named(String name) {}

    record Own(String getName) implements Principal {
        @Override
        public String getName() {
            return getName;
        }
    }

    interface Member extends Principal {}

    static class Asking {
        final List<String> heard = new ArrayList<>();

        @HandleIn("principal")
        Named principal(Map<String, Object> payload, Principal who) {
            return new Named(who.getName() + payload.size());
        }

        @HandleIn("optional")
        Named optional(Optional<Principal> who) {
            return new Named(who.map(Principal::getName).orElse("nobody"));
        }

        @HandleIn("nullable")
        Named nullable(@Nullable Principal who) {
            return new Named(who == null ? "nobody" : who.getName());
        }

        @HandleIn("member")
        Named member(Member who) {
            return new Named(who.getName());
        }

        @HandleIn("payload")
        Own payload(Own own) {
            return own;
        }

        @HandleOut("out")
        void out(Principal who, Socket socket) {
            socket.push("out", new Named(who.getName()));
        }

        @Terminate
        void end(Optional<Principal> who) {
            heard.add("end of " + who.map(Principal::getName).orElse("nobody"));
        }
    }

    static class Closed {
        @Join
        void join(Principal who) {}
    }

    private static Joined join(ChannelCase chat, Assigns assigns) {
        return chat.socket("room", AnnotatedChannels.spec(Asking.class, Asking::new), assigns)
                .join("room");
    }

    @Test
    void theyGetTheUserOfNow(ChannelCase chat) {
        AtomicReference<Principal> now = new AtomicReference<>(() -> "ann");
        Joined room = join(chat, Assigns.of(CURRENT, now::get));

        room.assertReply(room.push("principal", Map.of("a", 1)), "ok", new Named("ann1"));
        room.assertReply(room.push("optional", Map.of()), "ok", new Named("ann"));
        room.assertReply(room.push("nullable", Map.of()), "ok", new Named("ann"));
        now.set(() -> "renewed");
        room.assertReply(room.push("principal", Map.of()), "ok", new Named("renewed0"));
        room.broadcast("out", Map.of());
        room.assertPush("out", new Named("renewed"));
    }

    @Test
    void whoMustBeSomebodyAndIsNobodyIsAnsweredAndStays(ChannelCase chat) {
        Joined room = join(chat, Assigns.EMPTY);
        Asking channel = room.channel(Asking.class);

        room.assertReply(room.push("principal", Map.of()), "error", Map.of("reason", "forbidden"));
        room.assertReply(room.push("optional", Map.of()), "ok", new Named("nobody"));
        room.assertReply(room.push("nullable", Map.of()), "ok", new Named("nobody"));
        room.broadcast("out", Map.of());
        room.refutePush("out").refuteCrashed();
        room.leave();
        assertThat(channel.heard).containsExactly("end of nobody");
        chat.socket("room", AnnotatedChannels.spec(Closed.class, Closed::new))
                .tryJoin("room")
                .assertError(Map.of("reason", "forbidden"));
    }

    @Test
    void anotherKindOfUserIsAMistakeOfTheServer(ChannelCase chat) {
        Joined room = join(chat, Assigns.of(CURRENT, () -> () -> "container"));
        room.push("member", Map.of());
        assertThat(room.assertCrashed(ClassCastException.class).getMessage())
                .startsWith("principal of type ")
                .endsWith(" (expected: " + Member.class.getName() + ", as the parameter has it)");
    }

    @Test
    void aRecordIsAPayload(ChannelCase chat) {
        Joined room = join(chat, Assigns.EMPTY);
        room.assertReply(room.push("payload", Map.of("getName", "a")), "ok", new Own("a"));
    }

    @SuppressWarnings("unused")
    static class Ending {
        @Terminate
        void end(Principal who) {}
    }

    @Test
    void theEndIsForAnybody() {
        assertThat(catchThrowableOfType(
                        SimurghConfigurationException.class, () -> AnnotatedChannels.spec(Ending.class, Ending::new)))
                .hasMessage(
                        Ending.class.getName()
                                + ".end(Principal): Principal in @Terminate, which runs for anybody (expected: Optional or @Nullable)");
    }

    @Test
    void itIsThatOfTheRequestIfAnybodyAsks(ChannelCase chat) {
        ConnectRequest request = ConnectRequest.of(
                Map.of(), ConnectInfo.builder().principal(() -> "tom").build());
        Principals principals = new Principals();
        assertThat(principals.assigns(request)).isSameAs(Assigns.EMPTY);
        principals.ask();
        Joined room = join(chat, principals.assigns(request));
        room.assertReply(room.push("principal", Map.of()), "ok", new Named("tom0"));
        assertThat(principals.assigns(
                        ConnectRequest.of(Map.of(), ConnectInfo.builder().build())))
                .isSameAs(Assigns.EMPTY);
    }
}
