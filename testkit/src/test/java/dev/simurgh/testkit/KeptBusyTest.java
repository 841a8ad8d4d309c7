package dev.simurgh.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import dev.simurgh.protocol.Message;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.protocol.Serializers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A busy topic whose store takes 200 ms for each answer. */
@SuppressWarnings("FutureReturnValueIgnored") // broadcasts whose answers a test does not look at
class KeptBusyTest {
    private static final String TOPIC = "room:1";
    private static final SocketSpec SPEC = SocketSpec.builder()
            .channel("room:*", ChannelSpec.builder(Object::new).build())
            .build();

    private final VirtualClock clock = VirtualClock.create();
    private final Journal journal = Journal.builder(MemoryStore.create())
            .timers(clock)
            .executor(task -> clock.schedule(ofMillis(200), task))
            .build();
    private final KeptTopics kept =
            KeptTopics.builder(journal).keep("room:*", Retention.forever()).build();
    private final ChannelCase kit = ChannelCase.builder()
            .clock(clock)
            .endpoint(endpoint -> endpoint.part(kept))
            .build();

    @AfterEach
    void close() {
        clock.advance(ofSeconds(10));
        kit.close();
        journal.close();
    }

    private Position put() {
        var position = kept.broadcast(TOPIC, "put", Payload.EMPTY);
        clock.advance(ofSeconds(1));
        return position.join();
    }

    /** What a client got: the offsets of broadcasts, and -1 for a reply. */
    private static List<Long> listen(Connected client) {
        List<Long> got = new ArrayList<>();
        client.overhear(frame -> {
            Message message = Serializers.V2.decodeText(frame.bytes(), 0, frame.length());
            got.add(
                    message.event().equals("put")
                            ? Position.parse(message.ref().text()).orElseThrow().offset()
                            : -1);
        });
        return got;
    }

    private void join(Connected client, String ref, Position since) {
        client.send(Ref.of(ref), Ref.of(ref), TOPIC, "phx_join", Payload.json("{\"position\":\"" + since + "\"}"));
    }

    private static List<Long> upTo(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void aHundredClientsResumeInSecondsWhileItGoesOn() {
        List<Position> positions = IntStream.range(0, 20).mapToObj(n -> put()).toList();
        List<List<Long>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Connected client = kit.connect(SPEC);
            all.add(listen(client));
            join(client, "1", positions.get(i % 20));
        }
        for (int n = 0; n < 40; n++) {
            kept.broadcast(TOPIC, "put", Payload.EMPTY);
            clock.advance(ofMillis(50));
        }
        clock.advance(ofSeconds(1)); // three in all
        for (int i = 0; i < 100; i++) {
            List<Long> got = all.get(i);
            assertThat(got.get(0)).isEqualTo(-1);
            assertThat(got.subList(1, got.size())).isEqualTo(upTo(i % 20 + 2, 60));
        }
        assertThat(kept.stats().fromJournal()).isLessThan(300);
    }

    @Test
    void twoJoinsOfTheTopicAtOnceAreOneChannelInTheEnd() {
        Position first = put();
        put();
        Connected client = kit.connect(SPEC);
        List<Long> got = listen(client);
        join(client, "1", first);
        clock.advance(ofMillis(100));
        join(client, "2", first);
        kept.broadcast(TOPIC, "put", Payload.EMPTY);
        clock.advance(ofSeconds(3));
        kept.broadcast(TOPIC, "put", Payload.EMPTY);
        clock.advance(ofSeconds(1));
        assertThat(got.subList(got.size() - 3, got.size())).isEqualTo(upTo(2, 4));
        assertThat(kit.endpoint().channelCount()).isEqualTo(1);
        assertThat(kit.endpoint().pubsub().subscriptionCount()).isEqualTo(1);
    }

    @Test
    void whoGoesInTheMiddleLeavesNothing() {
        Position first = put();
        IntStream.range(0, 20).forEach(n -> put());
        for (int ms = 0; ms < 1_000; ms += 50) {
            Connected client = kit.connect(SPEC);
            join(client, "1", first);
            clock.advance(ofMillis(ms));
            client.close();
        }
        clock.advance(ofSeconds(10));
        assertThat(kit.endpoint().pubsub().subscriptionCount()).isZero();
        assertThat(kit.endpoint().channelCount()).isZero();
        assertThat(kept.stats().topics()).isZero();
        assertThat(kept.stats().tailBytes()).isZero();
    }
}
