package dev.simurgh.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plays random histories against a naive model: who is subscribed when a broadcast is made, and is not cancelled before its turn, gets
 * it exactly once; who is added during its walk does not. Broadcasts that subscribers make reach everybody in the order of their making.
 */
class TopicSubscribersTest {
    private final ManualLoop loop = new ManualLoop();
    private final PubSub pubsub = PubSub.local();
    private final Map<Integer, Subscription> live = new LinkedHashMap<>();
    private final Deque<Made> made = new ArrayDeque<>(); // and not yet delivered to all
    private @Nullable Made walking;
    private final List<AssertionError> failures = new ArrayList<>();
    private int named;
    private int events;
    private int end; // of the names that take part in the walk
    private int more; // broadcasts that subscribers may still make

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
            try {
                delivered(broadcast.event(), name);
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
                if (more > 0) {
                    more--;
                    make();
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
        more = 5;
        make();
        finished();
        assertThat(made.stream().filter(one -> one.before.stream().anyMatch(live::containsKey)))
                .as("made and not delivered")
                .isEmpty();
        made.clear();
    }

    private void make() {
        String event = "e" + events++;
        made.add(new Made(event, new LinkedHashMap<>(), List.copyOf(live.keySet())));
        pubsub.broadcast(Broadcast.of("t", event, Payload.EMPTY));
    }

    private void delivered(String event, int name) {
        Made now = walking;
        if (now == null || !now.event.equals(event)) {
            finished();
            now = made.remove();
            while (!now.event.equals(event)) { // nobody was left to get it
                assertThat(now.before).noneMatch(live::containsKey);
                now = made.remove();
            }
            walking = now;
            end = named;
        }
        assertThat(name).isLessThan(end);
        now.copies.merge(name, 1, Integer::sum);
    }

    private void finished() {
        if (walking != null) {
            assertThat(walking.copies.values()).allMatch(n -> n == 1);
            assertThat(walking.copies.keySet())
                    .containsAll(
                            walking.before.stream().filter(live::containsKey).toList());
        }
        walking = null;
    }

    private record Made(String event, Map<Integer, Integer> copies, List<Integer> before) {}
}
