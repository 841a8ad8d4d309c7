package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.simurgh.channel.spi.Backstage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each limit of a client is counted when it is reached, by the one who asked too much and not by others. */
class LimitsTest {
    private static final String LARGE = "{\"text\":\"" + "x".repeat(2000) + "\"}";

    private final List<String> heard = new ArrayList<>();
    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
            .channel("room:*", spec -> spec.quiet().handleIn("work", Map.class, (c, p, s) -> Result.ok()))
            .endpoint(endpoint -> endpoint.listener(new EndpointListener() {
                @Override
                public void limited(String mount, String transport, Limit limit) {
                    heard.add(mount + " " + transport + " " + limit);
                }
            }));

    private long count(Limit limit) {
        return rig.endpoint().limitCounts().getOrDefault(limit, -1L);
    }

    @Test
    void whoAsksForLittleReachesNone() {
        var client = rig.connect().joined("1", "room:1");
        for (int i = 0; i < 100; i++) {
            client.push("2", "room:1", "work").send("[null,\"4\",\"phoenix\",\"heartbeat\",{}]");
        }
        assertThat(client.received()).hasSize(200);
        assertThat(heard).isEmpty();
        assertThat(rig.endpoint().limitCounts()).containsOnlyKeys(Limit.values());
        assertThat(rig.endpoint().limitCounts().values()).containsOnly(0L);
    }

    @Test
    void channelsOverTheirNumberAreCounted() {
        rig.limits(limits -> limits.maxChannels(1));
        rig.connect().joined("1", "room:1").join("2", "room:2").join("3", "room:1");
        rig.settle();
        assertThat(heard).containsExactly("/socket fake CHANNELS");
    }

    @Test
    void aClientThatComesBackWithTooManyTopicsLeavesOneLine() {
        rig.limits(limits -> limits.maxChannels(2));
        var client = rig.connect().joined("1", "room:1").joined("2", "room:2");
        try (LogCapture logs = new LogCapture(Level.INFO)) {
            for (int tenSeconds = 0; tenSeconds < 50; tenSeconds++) {
                client.join("3", "room:3").join("4", "room:4");
                rig.advance(Duration.ofSeconds(10));
            }
            assertThat(logs.lines())
                    .containsExactly(
                            "WARN joins refused, such as of room:3: 2 channels on one connection (/socket, fake)."
                                    + " If your clients need more, see Limits.maxChannels");
        }
        assertThat(client.received()).hasSize(100);
        assertThat(count(Limit.CHANNELS)).isEqualTo(100);
        client.leave("5", "room:1").push("6", "room:2", "crash");
        rig.settle();
        client.received();
        client.join("7", "room:3").join("8", "room:4");
        assertThat(client.received())
                .as("room again")
                .containsExactly(client.ok("7", "room:3"), client.ok("8", "room:4"));
    }

    @Test
    void namesThatAreTooLongAreCounted() {
        rig.limits(limits -> limits.maxNameBytes(20));
        rig.connect().join("1", "room:1").join("2", "room:" + "x".repeat(16));
        assertThat(heard).containsExactly("/socket fake NAME_BYTES");
    }

    @Test
    void aConnectionThatIsClosedForMalformedFramesIsCountedOnce() {
        rig.limits(limits -> limits.maxMalformedFrames(1));
        rig.connect().send("x").send("x").send("x");
        assertThat(heard).containsExactly("/socket fake MALFORMED_FRAMES");
    }

    @Test
    void pushesToAChannelThatIsFullAreCounted() {
        rig.limits(limits -> limits.maxMailboxBytes(1000));
        rig.connect().joined("1", "room:1").push("2", "room:1", "work", LARGE).push("3", "room:1", "work");
        assertThat(heard).containsExactly("/socket fake MAILBOX_BYTES");
    }

    @Test
    void pushesBehindAJoinThatWaitsAreHeldToTheSameLimit() {
        rig.limits(limits -> limits.maxMailboxBytes(1000));
        rig.connect()
                .joined("1", "room:1")
                .join("2", "room:1")
                .push("3", "room:1", "work", LARGE)
                .push("4", "room:1", "work");
        assertThat(heard).containsExactly("/socket fake MAILBOX_BYTES");
    }

    @Test
    void jsonThatIsNestedTooDeeplyIsCountedAndMalformed() {
        rig.limits(limits -> limits.maxJsonDepth(4));
        var client = rig.connect().joined("1", "room:1");
        client.push("2", "room:1", "work", "{\"a\":{\"b\":{}}}");
        assertThat(client.received()).containsExactly(client.ok("2", "room:1"));
        client.push("3", "room:1", "work", "{\"a\":{\"b\":{\"c\":{}}}}");
        assertThat(client.received()).containsExactly(client.error("3", "room:1", "malformed message"));
        assertThat(heard).containsExactly("/socket fake JSON_DEPTH");
    }

    @Test
    void twoHundredArraysInEachOtherAreNotTooDeep() {
        var client = rig.connect().joined("1", "room:1");
        client.push("2", "room:1", "work", "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}");
        assertThat(client.received()).containsExactly(client.ok("2", "room:1"));
        assertThat(heard).isEmpty();
    }

    @Test
    void whatATransportHoldsIsCountedBesideIt() {
        Backstage backstage = rig.endpoint().backstage();
        backstage.limited("/socket", "websocket", Limit.QUEUE_BYTES);
        backstage.limited("", "", Limit.HEADER_BYTES);
        assertThat(heard).containsExactly("/socket websocket QUEUE_BYTES", "  HEADER_BYTES");
        assertThat(count(Limit.QUEUE_BYTES)).isEqualTo(1);
        assertThat(count(Limit.HEADER_BYTES)).isEqualTo(1);
        assertThatThrownBy(() -> rig.endpoint().limitCounts().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aTransportFindsTheLimitsOfItsSocket() {
        rig.limits(limits -> limits.maxMessageBytes(77));
        assertThat(rig.mount().limits().maxMessageBytes()).isEqualTo(77);
        assertThat(rig.mount().limits().maxChannels()).isEqualTo(100);
    }

    @Test
    void whatMayWaitForAClientFollowsTheSizeOfMessages() {
        assertThat(Limits.defaults().maxQueueBytes()).isEqualTo(4 << 20);
        assertThat(Limits.builder().maxMessageBytes(2 << 20).build().maxQueueBytes())
                .isEqualTo(8 << 20);
        assertThat(Limits.builder().maxMessageBytes(10).build().maxQueueBytes()).isEqualTo(4 << 20);
        assertThat(Limits.builder().maxMessageBytes(1 << 30).build().maxQueueBytes())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(Limits.builder().maxQueueBytes(9).build().maxQueueBytes()).isEqualTo(9);
    }

    @Test
    void limitsAreCopiedAndChanged() {
        Limits limits = Limits.builder().maxChannels(7).build();
        Limits.Builder builder = limits.toBuilder().maxNameBytes(8);
        Limits changed = builder.build();
        builder.maxNameBytes(9);
        assertThat(changed.maxNameBytes()).isEqualTo(8);
        assertThat(changed.toBuilder().build().maxNameBytes()).isEqualTo(8);
        assertThat(changed.maxChannels()).isEqualTo(7);
        assertThat(limits.maxNameBytes()).isEqualTo(255);
    }

    @Test
    void depthsThatJsonLibrariesDoNotTakeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.builder().maxJsonDepth(1_001))
                .withMessage("maxJsonDepth: 1001 (expected: at most 1000, which is what JSON libraries take)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.builder().maxJsonDepth(1))
                .withMessage("maxJsonDepth: 1 (expected: at least 2)");
    }

    @TestFactory
    Stream<DynamicTest> whatIsNoLimitIsRefused() {
        Map<String, IntFunction<Limits.Builder>> options = Map.of(
                "maxMessageBytes", Limits.builder()::maxMessageBytes,
                "maxQueueBytes", Limits.builder()::maxQueueBytes,
                "maxChannels", Limits.builder()::maxChannels,
                "maxNameBytes", Limits.builder()::maxNameBytes,
                "maxMailboxBytes", Limits.builder()::maxMailboxBytes,
                "messagesPerSecond", Limits.builder()::messagesPerSecond,
                "bytesPerSecond", Limits.builder()::bytesPerSecond,
                "joinsPerSecond", Limits.builder()::joinsPerSecond);
        return options.entrySet().stream()
                .map(option -> DynamicTest.dynamicTest(
                        option.getKey(),
                        () -> assertThatIllegalArgumentException()
                                .isThrownBy(() -> option.getValue().apply(0))
                                .withMessage(option.getKey() + ": 0 (expected: at least 1)")));
    }
}
