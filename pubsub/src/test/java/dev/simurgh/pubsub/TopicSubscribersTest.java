package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plays random histories against a naive model: who is subscribed when a broadcast starts, and is not cancelled before its turn, gets
 * it exactly once; who is added meanwhile does not.
 */
class TopicSubscribersTest {
    private final ManualLoop loop = new ManualLoop();
    private final PubSub pubsub = PubSub.local();
    private final Map<Integer, Subscription> live = new LinkedHashMap<>();
    private final Map<String, Map<Integer, Integer>> got = new LinkedHashMap<>();
    private final List<AssertionError> failures = new ArrayList<>();
    private int named;
    private int events;
    private int depth;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyMemberGetsEachBroadcastOnceWhateverIsAddedAndCancelledMeanwhile(long seed) {
        Random random = new Random(seed);
        loop.turn(() -> {
            for (int i = 0; i < 3000; i++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> subscribe(random);
                    case 2 -> cancelOne(random);
                    default -> broadcast();
                }
                assertThat(size()).isEqualTo(live.size());
            }
            List.copyOf(live.values()).forEach(Subscription::cancel);
            live.clear();
            assertThat(size()).isZero();
        });
        assertThat(failures).isEmpty();
    }

    private int size() {
        var answer = pubsub.topics();
        loop.runAll();
        return answer.join().getOrDefault("t", 0);
    }

    private void subscribe(Random random) {
        int name = named++;
        live.put(name, pubsub.subscribe("t", loop, broadcast -> {
            got.getOrDefault(broadcast.event(), new LinkedHashMap<>()).merge(name, 1, Integer::sum);
            try {
                act(random);
            } catch (AssertionError e) { // which the list would only log
                failures.add(e);
            }
        }));
    }

    /** What a subscriber may do while it is called. */
    private void act(Random random) {
        switch (random.nextInt(20)) {
            case 0, 1 -> cancelOne(random);
            case 2 -> subscribe(random);
            case 3 -> {
                if (depth < 2) {
                    broadcast();
                }
            }
            default -> {}
        }
    }

    private void cancelOne(Random random) {
        if (!live.isEmpty()) {
            List<Integer> names = new ArrayList<>(live.keySet());
            Integer name = names.get(random.nextInt(names.size()));
            Subscription cancelled = live.remove(name);
            if (cancelled != null) {
                cancelled.cancel();
                cancelled.cancel();
            }
        }
    }

    private void broadcast() {
        String event = "e" + events++;
        Map<Integer, Integer> copies = new LinkedHashMap<>();
        got.put(event, copies);
        List<Integer> before = List.copyOf(live.keySet());
        int first = named;
        depth++;
        pubsub.broadcast(Broadcast.of("t", event, Payload.EMPTY));
        depth--;
        assertThat(copies.values()).allMatch(n -> n == 1);
        assertThat(copies.keySet()).allMatch(name -> name < first);
        assertThat(copies.keySet())
                .containsAll(before.stream().filter(live::containsKey).toList());
        got.remove(event);
    }
}
