package hello;

import dev.simurgh.pubsub.PubSub;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.Joined;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a mutation of the code showed to be untested: that the channel is still there after a broadcast that it has handled. */
@ExtendWith(ChannelCase.Extension.class)
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
