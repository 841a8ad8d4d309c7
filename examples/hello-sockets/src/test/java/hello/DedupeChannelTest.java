package hello;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Joined;
import hello.DedupeChannel.Flood;
import hello.DedupeChannel.Flooded;
import hello.DedupeChannel.Num;
import hello.DedupeChannel.TooMany;
import hello.DedupeChannel.Value;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@ChannelTest
class DedupeChannelTest {
    private Joined dupe;

    @BeforeEach
    void join(ChannelCase chat) {
        dupe = chat.socket("dupe", DedupeChannel.spec()).subscribeAndJoin("dupe");
    }

    private void broadcastNumbers(int... numbers) {
        for (int number : numbers) {
            dupe.broadcast("number", new Num(number));
        }
    }

    private static Consumer<DedupeChannel> buffering(Integer... numbers) {
        return channel -> {
            assertThat(channel.awaitingBuffer).isTrue();
            assertThat(channel.buffer).containsExactly(numbers);
        };
    }

    @Nested
    class HandleOutNumber {
        @Test
        void aBufferIsMaintainedAsNumbersAreBroadcast() {
            dupe.broadcast("number", new Num(1))
                    .inspect(DedupeChannel.class, buffering(1))
                    .broadcast("number", new Num(1))
                    .inspect(DedupeChannel.class, buffering(1, 1))
                    .broadcast("number", new Num(2))
                    .inspect(DedupeChannel.class, buffering(1, 1, 2));

            dupe.refutePush();
        }

        @Test
        void theBufferIsDrainedOneSecondAfterANumberIsFirstAdded(ChannelCase chat) {
            broadcastNumbers(1);
            chat.clock().advance(ofMillis(600));
            broadcastNumbers(1, 2);
            chat.clock().advance(ofMillis(399));
            dupe.refutePush();

            chat.clock().advance(ofMillis(1));

            dupe.assertPush("number", new Value(1));
            dupe.refutePush("number", new Value(1));
            dupe.assertPush("number", new Value(2));
        }

        @Test
        void theBufferDrainsUniqueValuesInTheCorrectOrder(ChannelCase chat) {
            broadcastNumbers(1, 2, 3, 2);

            chat.clock().advance(ofSeconds(1));

            dupe.assertPushes("number", new Value(1), new Value(2), new Value(3));
        }

        @Test
        void theBufferFillsAnewOnceItIsDrained(ChannelCase chat) {
            broadcastNumbers(1);
            chat.clock().advance(ofSeconds(1));
            dupe.inspect(DedupeChannel.class, channel -> {
                assertThat(channel.buffer).isEmpty();
                assertThat(channel.awaitingBuffer).isFalse();
            });

            broadcastNumbers(1);
            chat.clock().advance(ofSeconds(1));

            dupe.assertPushes("number", new Value(1), new Value(1));
        }
    }

    @Nested
    class HandleInFlood {
        @Test
        void threeNumbersAHundredTimesOverAreThreePushes(ChannelCase chat) {
            var ref = dupe.push("flood", new Flood(List.of(1, 2, 3), 100));
            dupe.assertReply(ref, "ok", new Flooded(300)).assertBroadcast("number", new Num(1));

            chat.clock().advance(ofSeconds(1));

            dupe.assertPushes("number", new Value(1), new Value(2), new Value(3));
        }

        @Test
        void tenThousandBroadcastsAreTheLimit() {
            var most = dupe.push("flood", new Flood(List.of(1, 2), 5_000));
            dupe.assertReply(most, "ok", new Flooded(10_000)).assertBroadcast("number", Num.class);

            var tooMany = dupe.push("flood", new Flood(List.of(1), 10_001));
            dupe.assertReply(tooMany, "error", new TooMany("at most 10000"));
        }
    }
}
