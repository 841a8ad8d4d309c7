package hello;

import dev.simurgh.presence.Presence;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Connected;
import dev.simurgh.testkit.Joined;
import hello.ChatChannel.Enter;
import hello.ChatChannel.Here;
import hello.ChatChannel.Refusal;
import hello.ChatChannel.Said;
import hello.ChatChannel.Say;
import hello.ChatChannel.Typing;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatChannelTest {
    private static final String LOBBY = "room:lobby";
    private static final String NODE = "a@127.0.0.1";
    private static final Here IDLE = new Here(NODE, false);

    private final Presence presence =
            Presence.builder().diffInterval(Duration.ZERO).build();

    @RegisterExtension
    final ChannelCase.Extension kit = ChannelCase.builder()
            .endpoint(endpoint -> endpoint.part(presence).nodeName(NODE))
            .extension();

    private ChannelCase chat;

    @BeforeEach
    void open(ChannelCase chat) {
        this.chat = chat;
    }

    private Connected client() {
        return chat.socket("room:*", ChatChannel.spec(presence));
    }

    private Joined enter(String name) {
        return client().join(LOBBY, new Enter(name));
    }

    @Nested
    class JoinARoom {
        @Test
        void everybodySeesWhoIsInItWithEachWindow() {
            var attar = enter("Attar");
            attar.assertPresences("Attar").assertPresence("Attar", IDLE);

            var rabia = enter("Rabia");
            enter("Attar");

            attar.assertPresences("Attar", "Rabia").assertPresence("Attar", IDLE, IDLE);
            rabia.assertPresences("Attar", "Rabia").assertPresence("Attar", IDLE, IDLE);
        }

        @Test
        void whoIsGoneIsSeenNoMore() {
            var attar = enter("Attar");
            var rabia = enter("Rabia");
            attar.assertPresence("Rabia");

            rabia.close();

            attar.assertPresences("Attar");
        }

        @Test
        void needsAName() {
            client().tryJoin(LOBBY, Map.of()).assertError(new Refusal("name is missing"));
            client().tryJoin(LOBBY, new Enter(" ")).assertError(new Refusal("name is missing"));

            enter("Attar").assertPresences("Attar");
        }
    }

    @Nested
    class HandleInSay {
        @Test
        void reachesTheRoomAndNoOther() {
            var attar = enter("Attar");
            var rabia = enter("Rabia");
            var elsewhere = client().join("room:garden", new Enter("Hafez"));

            attar.assertReply(attar.push("say", new Say("hello")), "ok", Map.of());

            attar.assertPush("said", new Said("Attar", "hello"));
            rabia.assertPush("said", new Said("Attar", "hello"));
            elsewhere.refutePush("said");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "  "})
        void needsAText(String text) {
            var attar = enter("Attar");

            var said = attar.push("say", new Say(text));

            attar.assertReply(said, "error", new Refusal("text is missing")).refutePush("said");
        }
    }

    @Nested
    class HandleInTyping {
        @Test
        void isSeenOfThatWindow() {
            var attar = enter("Attar");
            var again = enter("Attar");

            attar.assertReply(attar.push("typing", new Typing(true)), "ok", Map.of());
            again.assertPresence("Attar", IDLE, new Here(NODE, true));

            attar.push("typing", new Typing(false));
            again.assertPresence("Attar", IDLE, IDLE);
        }
    }
}
