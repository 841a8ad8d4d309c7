package hello;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.testkit.ChannelCase;
import dev.simurgh.testkit.ChannelTest;
import dev.simurgh.testkit.Joined;
import hello.DedupeChannel.Flood;
import hello.DedupeChannel.Flooded;
import hello.DedupeChannel.Num;
import hello.DedupeChannel.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a mutation of the code showed to be untested: that duplicates do not hide. */
@ChannelTest
class DedupeChannelTimerTest {
    @Test
    void numbersThatComeWhileOneWaitsDoNotStartAnotherTimer(ChannelCase chat) {
        Joined dupe = chat.socket("dupe", DedupeChannel.spec()).subscribeAndJoin("dupe");
        dupe.broadcast("number", new Num(1));
        chat.clock().advance(ofMillis(600));
        dupe.broadcast("number", new Num(2));
        chat.clock().advance(ofMillis(500));
        dupe.assertPushes("number", new Value(1), new Value(2));

        dupe.broadcast("number", new Num(3));
        chat.clock().advance(ofMillis(999));
        dupe.refutePush();
        chat.clock().advance(ofMillis(1));
        dupe.assertPushes("number", new Value(3));
    }

    @Test
    void aFloodIsBroadcastAsOftenAsAsked(ChannelCase chat) {
        Joined dupe = chat.socket("dupe", DedupeChannel.spec()).subscribeAndJoin("dupe");
        var ref = dupe.push("flood", new Flood(List.of(7, 8), 2));
        dupe.assertReply(ref, "ok", new Flooded(4));
        dupe.inspect(DedupeChannel.class, channel -> assertThat(channel.buffer).containsExactly(7, 8, 7, 8));
    }
}
