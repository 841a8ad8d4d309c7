package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Back-pressure: two megabytes of waiting messages stop the reading, half of it starts it again; a channel has a bound of its own. */
class IntakeTest {
    private static final String BIG = "{\"text\":\"" + "x".repeat(300_000) + "\"}";

    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
            .limits(limits -> limits.maxMailboxBytes(10 << 20).bytesPerSecond(Integer.MAX_VALUE))
            .channel("room:*", spec -> spec.handleIn("work", Map.class, (c, p, s) -> Result.noReply()));

    @Test
    void readingStopsWhileTooMuchWaits() {
        var client = rig.connect().joined("1", "room:1");
        for (int i = 0; i < 6; i++) {
            client.push("2", "room:1", "work", BIG);
        }
        assertThat(client.transport.reading).isEmpty();
        client.push("2", "room:1", "work", BIG);
        assertThat(client.transport.reading).containsExactly("pause");
        client.push("2", "room:1", "work", BIG); // was in the socket already
        assertThat(client.transport.reading).containsExactly("pause");
        rig.settle();
        assertThat(client.transport.reading).containsExactly("pause", "resume");
    }

    @Test
    void aMessageWeighsWhatItPinsNotWhatItMeans() {
        var client = rig.connect().joined("1", "room:1");
        String padding = "x".repeat(300_000); // elements behind the fifth are legal, and ignored
        for (int i = 0; i < 7; i++) {
            client.send("[\"1\",\"2\",\"room:1\",\"work\",{},\"" + padding + "\"]");
        }
        assertThat(client.transport.reading).containsExactly("pause");
    }

    @Test
    void aChannelThatIsSlowStopsNeitherHeartbeatsNorOtherTopics() {
        var busy = new Rig(Setup.V2_ON_SCHEDULER)
                .channel("slow", spec -> spec.handleIn("row", Map.class, (c, p, s) -> Result.ok()));
        busy.route(
                "fine",
                ChannelSpec.builder(Object::new)
                        .handleIn("ping", (c, s) -> Result.ok())
                        .nonBlocking()
                        .build());
        var client = busy.connect().joined("1", "slow").joined("2", "fine");
        for (int i = 0; i < 6000; i++) {
            client.push("r", "slow", "row");
        }
        assertThat(client.transport.reading).isEmpty();
        assertThat(client.frames()).isNotEmpty().containsOnly(client.error("r", "slow", "channel full"));
        client.push("3", "fine", "ping").send("[null,\"4\",\"phoenix\",\"heartbeat\",{}]");
        assertThat(client.frames())
                .containsExactly(client.ok("3", "fine"), Vsn.V2.reply(null, "4", "phoenix", "ok", "{}"));
        client.leave("5", "slow");
        assertThat(client.received())
                .contains(client.ok("r", "slow"))
                .endsWith(client.ok("5", "slow"), client.closed("slow"));
        assertThat(busy.listener.heard).contains("dropped CHANNEL_FULL");
    }

    @Test
    void whatAChannelHasHandledMakesRoomAgain() {
        var small = new Rig(Setup.V2_ON_SCHEDULER)
                .limits(limits -> limits.maxMailboxBytes(1000))
                .channel("room:*", spec -> spec.handleIn("work", Map.class, (c, p, s) -> Result.ok()));
        var client = small.connect().joined("1", "room:1");
        for (int round = 0; round < 3; round++) {
            client.push("a", "room:1", "work", BIG).push("b", "room:1", "work");
            assertThat(client.received())
                    .containsExactly(client.error("b", "room:1", "channel full"), client.ok("a", "room:1"));
        }
    }

    @Test
    void aPushWithoutARefIsNotAnswered() {
        var small = new Rig(Setup.V2_ON_SCHEDULER)
                .limits(limits -> limits.maxMailboxBytes(1000))
                .channel("room:*", spec -> spec.handleIn("work", Map.class, (c, p, s) -> Result.ok()));
        var client = small.connect().joined("1", "room:1");
        client.push("a", "room:1", "work", BIG).push(null, "room:1", "work", "{}");
        assertThat(client.received()).containsExactly(client.ok("a", "room:1"));
    }

    @Test
    void smallMessagesWeighToo() {
        var client = rig.connect().joined("1", "room:1");
        for (int i = 0; i < 8000; i++) {
            client.push("2", "room:1", "work");
        }
        assertThat(client.transport.reading).containsExactly("pause");
        rig.settle();
        assertThat(client.transport.reading).containsExactly("pause", "resume");
    }

    @Test
    void joinsThatWaitForTheirPredecessorWeighToo() {
        var client = rig.connect().joined("1", "room:1");
        client.join("2", "room:1", BIG);
        for (int i = 0; i < 6; i++) {
            client.push("3", "room:1", "work", BIG);
        }
        assertThat(client.transport.reading).containsExactly("pause");
        assertThat(client.received()).hasSize(2);
        assertThat(client.transport.reading).containsExactly("pause", "resume");
    }

    @Test
    void aJoinThatIsOvertakenGivesItsShareBack() {
        var client = rig.connect().joined("1", "room:1");
        for (int i = 0; i < 10; i++) {
            client.join("j" + i, "room:1", BIG).push("3", "room:1", "work", BIG);
        }
        assertThat(client.transport.reading).isEmpty();
        assertThat(client.received()).hasSize(11);
    }

    @Test
    void aChannelThatEndsGivesItsShareBack() {
        var client = rig.connect().joined("1", "room:1").push("2", "room:1", "crash");
        for (int i = 0; i < 7; i++) {
            client.push("2", "room:1", "work", BIG);
        }
        assertThat(client.transport.reading).containsExactly("pause");
        rig.settle();
        assertThat(client.transport.reading).containsExactly("pause", "resume");
    }

    @Test
    void onTheEventLoopNothingWaits() {
        var direct = new Rig(Setup.V2_ON_EVENT_LOOP)
                .channel("room:*", spec -> spec.handleIn("work", Map.class, (c, p, s) -> Result.noReply()));
        var client = direct.connect().joined("1", "room:1");
        for (int i = 0; i < 10; i++) {
            client.push("2", "room:1", "work", BIG);
        }
        assertThat(client.transport.reading).isEmpty();
    }

    @Test
    void whateverTheOrderItIsNeverStuck() {
        Random random = new Random(42);
        var client = rig.connect();
        int refs = 0;
        for (int i = 0; i < 3000; i++) {
            String topic = "room:" + random.nextInt(3);
            boolean reading = client.transport.reading.size() % 2 == 0;
            switch (random.nextInt(reading ? 6 : 2)) {
                case 0 -> rig.scheduler.runOne();
                case 1 -> rig.loop().runOne();
                case 2 -> client.join("" + refs++, topic);
                case 3 -> client.leave("" + refs++, topic);
                default -> client.push("" + refs++, topic, "work", random.nextBoolean() ? BIG : "{}");
            }
        }
        rig.settle();
        assertThat(client.transport.reading.size() % 2).isZero();
        for (int i = 0; i < client.transport.reading.size(); i++) {
            assertThat(client.transport.reading.get(i)).isEqualTo(i % 2 == 0 ? "pause" : "resume");
        }
        assertThat(client.transport.reading).isNotEmpty();
    }
}
