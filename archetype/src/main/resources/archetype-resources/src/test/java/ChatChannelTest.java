package ${package};

import dev.simurgh.testkit.*;
import java.util.Map;
import org.junit.jupiter.api.Test;

@ChannelTest
class ChatChannelTest {
    @Test
    void whatSomebodySaysReachesTheRoom(ChannelCase chat) {
        var room = chat.socket("room:*", ChatChannel.spec()).join("room:lobby", new ChatChannel.Enter("Attar"));
        var said = room.push("say", new ChatChannel.Say("hello"));
        room.assertReply(said, "ok", Map.of());
        room.assertPushes("said", new ChatChannel.Said("Attar", "hello"));
    }

    @Test
    void nobodySaysNothing(ChannelCase chat) {
        var room = chat.socket("room:*", ChatChannel.spec()).join("room:lobby", new ChatChannel.Enter("Attar"));
        var said = room.push("say", new ChatChannel.Say(" "));
        room.assertReply(said, "error", new ChatChannel.Refusal("text is missing")).refutePush();
    }
}
