package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Back-pressure: a megabyte of waiting messages stops the reading, half of it starts it again. */
class IntakeTest {
    private static final String BIG = "{\"text\":\"" + "x".repeat(300_000) + "\"}";

    private final Rig rig = new Rig(Setup.V2_ON_SCHEDULER)
            .channel("room:*", spec -> spec.handleIn("work", Map.class, (c, p, s) -> Result.noReply()));

    @Test
    void readingStopsWhileTooMuchWaits() {
        var client = rig.connect().joined("1", "room:1");
        for (int i = 0; i < 3; i++) {
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
    void smallMessagesWeighToo() {
        var client = rig.connect().joined("1", "room:1");
        for (int i = 0; i < 5000; i++) {
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
        for (int i = 0; i < 3; i++) {
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
        for (int i = 0; i < 4; i++) {
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
