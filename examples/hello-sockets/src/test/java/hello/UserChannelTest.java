package hello;

import dev.simurgh.channel.Assigns;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Connected;
import hello.UserChannel.Unauthorized;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@ChannelTest
class UserChannelTest {
    private Connected user;

    @BeforeEach
    void connect(ChannelCase chat) {
        user = chat.socket("user:*", UserChannel.spec(), Assigns.of(AuthSocket.USER_ID, 7L));
    }

    @Test
    void aUserJoinsATopicOfTheirOwn() {
        user.tryJoin("user:7").assertOk(Map.of());
    }

    @Test
    void aUserDoesNotJoinTheTopicOfAnother() {
        user.tryJoin("user:8").assertError(new Unauthorized("unauthorized"));
        user.tryJoin("user:77").assertError(new Unauthorized("unauthorized"));
    }

    @Test
    void theChannelKnowsWhoItTalksTo() {
        var own = user.join("user:7");

        own.assertReply(own.push("whoami"), "ok", Map.of("user_id", 7));
    }
}
