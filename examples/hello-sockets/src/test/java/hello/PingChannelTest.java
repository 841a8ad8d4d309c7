package hello;

import static dev.simurgh.channel.StopReason.Kind.SHUTDOWN;

import dev.simurgh.channel.SocketSpec;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Connected;
import dev.simurgh.testkit.Joined;
import hello.PingChannel.Goodbye;
import hello.PingChannel.Pong;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@ChannelTest
class PingChannelTest {
    private Connected user;
    private Joined ping;

    @BeforeEach
    void join(ChannelCase chat) {
        user = chat.socket(SocketSpec.builder()
                .channel("ping", PingChannel.spec())
                .channel("ping:*", PingChannel.spec())
                .build());
        ping = user.subscribeAndJoin("ping");
    }

    @Nested
    class HandleInPing {
        @Test
        void isAnsweredWithPong() {
            ping.assertReply(ping.push("ping"), "ok", new Pong("pong"));
        }

        @Test
        void isAnsweredWithThePhraseOfTheClient() {
            var ref = ping.push("ping", Map.of("ack_phrase", "hooray"));

            ping.assertReply(ref, "ok", new Pong("hooray"));
        }

        @Test
        void isAnsweredWithPongIfThePhraseIsNone() {
            var ref = ping.push("ping", Map.of("ack_phrase", 1));

            ping.assertReply(ref, "ok", new Pong("pong"));
        }

        @Test
        void isAnsweredWithTheEndOfTheTopic() {
            var wild = user.join("ping:wild:1");

            wild.assertReply(wild.push("ping", Map.of("ack_phrase", "hooray")), "ok", new Pong("wild:1"));
        }
    }

    @Nested
    class OtherEvents {
        @Test
        void pongIsNotAnswered() {
            ping.refuteReply(ping.push("pong")).refuteStopped();
        }

        @Test
        void paramPingIsAnsweredWithItself() {
            ping.assertReply(ping.push("param_ping", Map.of("a", 1)), "ok", Map.of("a", 1));
        }

        @Test
        void paramPingFailsIfItSaysSo() {
            var error = Map.of("error", true, "a", 1);
            ping.assertReply(ping.push("param_ping", error), "error", error);

            var notTrue = Map.of("error", "true");
            ping.assertReply(ping.push("param_ping", notTrue), "ok", notTrue);
        }

        @Test
        void dingIsAnsweredAndStopsTheChannel() {
            ping.assertReply(ping.push("ding"), "ok", new Goodbye("shutting down"))
                    .assertStopped(SHUTDOWN);
        }
    }

    @Nested
    class HandleOutRequestPing {
        @Test
        void becomesASendPingWithTheNodesName() {
            ping.broadcast("request_ping", Map.of("a", 1));

            ping.assertPushes("send_ping", Map.of("a", 1, "from_node", PubSub.NO_NAME));
        }

        @Test
        void aClientCanAskForIt() {
            var other = user.join("ping:other");
            var ref = ping.push("broadcast_request_ping");

            ping.refuteReply(ref)
                    .assertBroadcast("request_ping", Map.of())
                    .assertPushes("send_ping", Map.of("from_node", PubSub.NO_NAME));
            other.refutePush();
        }
    }
}
