package hello;

import dev.simurgh.pubsub.PubSub;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Joined;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a mutation of the code showed to be untested: that the channel is still there after a broadcast that it has handled. */
@ChannelTest
class PingChannelAgainTest {
    @Test
    void aSecondRequestPingIsHandledToo(ChannelCase chat) {
        Joined ping = chat.socket("ping", PingChannel.spec()).subscribeAndJoin("ping");
        for (int i = 0; i < 2; i++) {
            ping.broadcast("request_ping", Map.of("n", i));
            ping.assertPush("send_ping", Map.of("n", i, "from_node", PubSub.NO_NAME));
        }
    }
}
