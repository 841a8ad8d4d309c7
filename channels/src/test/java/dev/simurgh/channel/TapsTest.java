package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.spi.FrameListener;
import dev.simurgh.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who looks at a topic. */
@ParameterizedClass
@EnumSource(Setup.class)
class TapsTest {
    private final Rig rig;
    private final Setup setup;
    private final List<String> seen = new ArrayList<>();
    private boolean wants = true;

    private final FrameListener listener = new FrameListener() {
        @Override
        public boolean wants(int bytes) {
            assertThat(bytes).isPositive();
            return wants;
        }

        @Override
        public void received(Message message) {
            seen.add("in " + message.event());
        }

        @Override
        public void sent(Message message) {
            seen.add("out " + message.event());
        }
    };

    TapsTest(Setup setup) {
        this.setup = setup;
        this.rig = new Rig(setup);
        rig.channel(
                "room:*",
                spec -> spec.handleIn("say", Map.class, (c, said, socket) -> {
                            socket.push("heard", said);
                            return Result.ok(said);
                        })
                        .handleIn("crash", (c, socket) -> {
                            throw new IllegalStateException("as it was told to");
                        }));
    }

    @Test
    void messagesPushesAndRepliesOfTheTopicAreSeenUntilItIsOver() {
        Client client = rig.connect();
        Runnable end = rig.endpoint().backstage().tap("room:1", listener);
        client.joined("1", "room:1");
        client.joined("2", "room:2");
        client.push("3", "room:1", "say", "{\"a\":1}");
        client.push("4", "room:2", "say", "{\"a\":1}");
        client.received();
        client.push("5", "room:1", "crash");
        client.received();

        assertThat(seen)
                .containsExactly(
                        "in phx_join",
                        "out phx_reply",
                        "in say",
                        "out heard",
                        "out phx_reply",
                        "in crash",
                        "out phx_error");
        seen.clear();
        end.run();
        end.run();
        client.joined("6", "room:1");
        assertThat(seen).isEmpty();
        assertThat(rig.endpoint().environment().taps().isOn()).isFalse();
    }

    @Test
    void whoHasNoRoomIsGivenNothing() {
        rig.endpoint().backstage().tap("room:1", listener);
        wants = false;
        rig.connect().joined("1", "room:1");
        assertThat(seen).isEmpty();
    }

    @Test
    void aListenerThatThrowsHurtsNobody() {
        rig.endpoint().backstage().tap("room:1", new FrameListener() {
            @Override
            public boolean wants(int bytes) {
                return true;
            }

            @Override
            public void received(Message message) {
                throw new IllegalStateException("test");
            }

            @Override
            public void sent(Message message) {
                throw new AssertionError("test");
            }
        });
        Client client = rig.connect();
        try (LogCapture log = new LogCapture(Level.ERROR)) {
            assertThat(client.join("1", "room:1").received()).containsExactly(client.ok("1", "room:1"));
            for (int ref = 2; ref < 100; ref++) {
                client.push(String.valueOf(ref), "room:1", "say", "{\"a\":1}");
            }
            assertThat(client.received()).hasSize(2 * 98);
            assertThat(log.traces()).isEqualTo(2); // one for each mistake, however many messages come
            assertThat(log.lines()).hasSizeLessThan(30);
        }
    }

    @Test
    void binaryPushesHaveTheirEvent() {
        if (setup.vsn == Vsn.V1) {
            return; // has none
        }
        Rig binary = new Rig(setup);
        binary.channel(
                "room:*",
                spec -> spec.handleIn("bytes", byte[].class, (c, bytes, socket) -> {
                    socket.push("sent-bytes", bytes);
                    return Result.ok(bytes);
                }));
        binary.endpoint().backstage().tap("room:1", listener);
        Client client = binary.connect().joined("1", "room:1");
        client.sendBinary(Vsn.binaryPush("1", "2", "room:1", "bytes", "abc"));
        client.received();
        assertThat(seen).endsWith("in bytes", "out sent-bytes", "out phx_reply");
    }
}
