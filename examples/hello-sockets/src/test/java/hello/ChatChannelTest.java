package hello;

import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Connected;
import hello.ChatChannel.Enter;
import hello.ChatChannel.Entered;
import hello.ChatChannel.Refusal;
import hello.ChatChannel.Said;
import hello.ChatChannel.Say;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ChannelTest
class ChatChannelTest {
    private ChannelCase chat;

    @BeforeEach
    void open(ChannelCase chat) {
        this.chat = chat;
    }

    private Connected client() {
        return chat.socket("room:*", ChatChannel.spec());
    }

    @Nested
    class JoinARoom {
        @Test
        void othersHearWhoCameIn() {
            var attar = client().join("room:lobby", new Enter("Attar"));
            var rabia = client().join("room:lobby", new Enter("Rabia"));

            attar.assertPushes("entered", new Entered("Rabia"));
            rabia.refutePush();
        }

        @Test
        void needsAName() {
            client().tryJoin("room:lobby", Map.of()).assertError(new Refusal("name is missing"));
            client().tryJoin("room:lobby", new Enter(" ")).assertError(new Refusal("name is missing"));
        }
    }

    @Nested
    class HandleInSay {
        @Test
        void reachesTheRoomAndNoOther() {
            var attar = client().join("room:lobby", new Enter("Attar"));
            var rabia = client().join("room:lobby", new Enter("Rabia"));
            var elsewhere = client().join("room:garden", new Enter("Hafez"));
            attar.assertPush("entered", new Entered("Rabia"));

            attar.assertReply(attar.push("say", new Say("hello")), "ok", Map.of());

            attar.assertPushes("said", new Said("Attar", "hello"));
            rabia.assertPushes("said", new Said("Attar", "hello"));
            elsewhere.refutePush();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "  "})
        void needsAText(String text) {
            var attar = client().join("room:lobby", new Enter("Attar"));

            var said = attar.push("say", new Say(text));

            attar.assertReply(said, "error", new Refusal("text is missing")).refutePush();
        }
    }
}
