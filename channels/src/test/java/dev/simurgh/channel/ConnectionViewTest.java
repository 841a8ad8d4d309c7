package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.EndpointListener.PauseCause;
import dev.simurgh.channel.spi.ConnectionView;
import dev.simurgh.channel.spi.LoopView;
import dev.simurgh.protocol.CloseCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who watches sees each connection, and what an event loop has done, as they are. */
class ConnectionViewTest {
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
            .channel(
                    "room:*",
                    spec -> spec.quiet().handleIn("work", Map.class, (c, p, s) -> {
                        s.broadcast("worked", p);
                        return Result.ok();
                    }));

    private List<ConnectionView> all() {
        List<ConnectionView> all = new ArrayList<>();
        rig.endpoint().backstage().eachConnection(all::add);
        return all;
    }

    private ConnectionView only() {
        assertThat(all()).hasSize(1);
        return all().get(0);
    }

    private LoopView loop() {
        assertThat(rig.endpoint().backstage().loops()).hasSize(1);
        return rig.endpoint().backstage().loops().get(0);
    }

    @Test
    void whatGoesThroughAConnectionIsCountedThereAndAtItsLoop() {
        var client = rig.connect().join("1", "room:1");
        rig.advance(Duration.ofSeconds(3));
        client.push("2", "room:1", "work", "{\"n\":1}");
        rig.settle();
        long sent = client.transport.frames.stream()
                .mapToLong(frame -> frame.length())
                .sum();
        ConnectionView view = only();
        assertThat(view.messagesIn()).isEqualTo(2);
        assertThat(view.bytesIn())
                .isEqualTo(("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]" + "[\"1\",\"2\",\"room:1\",\"work\",{\"n\":1}]")
                        .getBytes(StandardCharsets.UTF_8)
                        .length);
        assertThat(view.messagesOut()).as("two replies and a broadcast").isEqualTo(3);
        assertThat(view.bytesOut()).isEqualTo(sent);
        assertThat(view.openedNanos())
                .isEqualTo(rig.timers.nanoTime() - Duration.ofSeconds(3).toNanos());
        assertThat(view.channelCount()).isEqualTo(1);
        assertThat(view.mountPath()).isEqualTo("/socket");
        assertThat(view.version()).isEqualTo("2.0.0");
        assertThat(loop().loop()).isSameAs(rig.loop());
        assertThat(loop().connections()).isEqualTo(1);
        assertThat(loop().messagesIn()).isEqualTo(2);
        assertThat(loop().messagesOut()).isEqualTo(3);
        assertThat(loop().bytesOut()).isEqualTo(sent);
    }

    @Test
    void whyAClientIsNotReadIsSeenForAsLongAsThatLasts() {
        var client = rig.connect();
        assertThat(only().pausedFor()).isEmpty();
        client.behind();
        assertThat(only().pausedFor()).containsExactly(PauseCause.CLIENT_BEHIND);
        client.caughtUp();
        assertThat(only().pausedFor()).isEmpty();
        client.behind();
        ConnectionView view = only();
        client.vanish();
        assertThat(view.pausedFor()).isEmpty();
        assertThat(view.isClosed()).isTrue();
    }

    @Test
    void itsChannelsTellWhatWaits() {
        var client = rig.connect().joined("1", "room:1");
        client.push("2", "room:1", "work", "{}").push("3", "room:1", "work", "{}");
        var answer = only().channels();
        rig.loop().runAll();
        assertThat(answer.join()).singleElement().satisfies(joined -> {
            assertThat(joined.topic()).isEqualTo("room:1");
            assertThat(joined.pattern()).isEqualTo("room:*");
            assertThat(joined.waitingMessages()).isEqualTo(2);
            assertThat(joined.waitingBytes()).isEqualTo(only().waitingBytes()).isPositive();
        });
        rig.settle();
        answer = only().channels();
        rig.loop().runAll();
        assertThat(answer.join().get(0).waitingMessages()).isZero();
        assertThat(answer.join().get(0).waitingBytes()).isZero();
    }

    @Test
    void whoIsCutIsClosedAndHisChannelsEnd() {
        var client = rig.connect().joined("1", "room:1");
        ConnectionView view = only();
        view.disconnect();
        view.disconnect();
        rig.settle();
        assertThat(client.transport.closes).containsExactly("" + CloseCode.GOING_AWAY);
        assertThat(rig.journal).containsExactly("terminate " + StopReason.DISCONNECTED);
        assertThat(all()).isEmpty();
    }

    @Test
    void theConnectionsOfALoopAreThoseThatAreThereHoweverTheyEnd() {
        var first = rig.connect();
        var second = rig.connect();
        assertThat(loop().connections()).isEqualTo(2);
        first.vanish();
        first.vanish();
        rig.loop().turn(() -> second.connection.transportClosed(CloseCode.BROKEN, ""));
        second.vanish();
        assertThat(loop().connections()).isZero();
        rig.connect();
        assertThat(loop().connections()).isEqualTo(1);
        rig.endpoint().backstage().forget(rig.loop());
        assertThat(rig.endpoint().backstage().loops()).isEmpty();
    }
}
