package dev.simurgh.spring.test.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.spring.test.SimurghTest;
import dev.simurgh.spring.test.app.Chat.Lobby;
import dev.simurgh.spring.test.app.Chat.Said;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Joined;
import org.junit.jupiter.api.Test;

@SimurghTest(channels = Lobby.class, properties = "simurgh.socket.path=/other")
class OneChannelTest {
    @Test
    void onlyTheChannelsThatAreNamedAreThere(ChannelCase chat) {
        assertThat(chat.mounted("/other").patterns()).containsExactlyInAnyOrder("lobby", "plain:*");
        Joined lobby = chat.connect("/other").join("lobby");

        lobby.assertReply(lobby.push("hello", new Said("hi")), "ok", new Said("hi"));
    }
}
