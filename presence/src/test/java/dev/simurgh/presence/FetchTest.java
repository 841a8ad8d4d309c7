package dev.simurgh.presence;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an application adds to what clients are told, also if it is slow, throws, or never answers. */
class FetchTest {
    private static final String TOPIC = "room:1";

    private final List<String> fetched = new ArrayList<>();
    private Rig rig = new Rig(options -> options.fetch(this::fetch).fetchTimeout(ofSeconds(1)));
    private final RoomClient client = rig.client(TOPIC);
    private final PresenceOwner owner = rig.presence.owner();

    @AfterEach
    void close() {
        rig.close();
    }

    private Map<String, Object> fetch(String topic, Map<String, List<Meta>> presences) {
        fetched.add(topic + presences.keySet());
        Map<String, Object> names = new HashMap<>();
        presences.keySet().forEach(key -> names.put(key, Map.of("name", key.toUpperCase(Locale.ROOT))));
        return names;
    }

    private void with(UnaryOperator<Presence.Builder> options) {
        rig.close();
        rig = new Rig(options);
    }

    @Test
    void whatIsFetchedStandsBesideTheMetasOfDiffsAndStates() {
        String ref = owner.track(TOPIC, "a", Map.of()).ref().orElseThrow();
        rig.run();
        rig.state(TOPIC, client);
        String a = "{\"a\":{\"metas\":[{\"phx_ref\":\"" + ref + "\"}],\"name\":\"A\"}}";
        assertThat(client.events).containsExactly("diff {\"joins\":" + a + ",\"leaves\":{}}", "state " + a);
        rig.advance(ofMillis(50));
        owner.close();
        rig.run();
        assertThat(client.events.get(2)).isEqualTo("diff {\"joins\":{},\"leaves\":" + a + "}");
    }

    @Test
    void oneFetchIsForAllWhoAreToldOf() {
        for (String key : List.of("a", "b", "c")) {
            owner.track(TOPIC, key, Map.of());
        }
        rig.run();
        rig.state(TOPIC, client);
        rig.advance(ofMillis(50));
        rig.state(TOPIC, client);
        assertThat(fetched).containsExactly("room:1[a]", "room:1[a]", "room:1[b, c]", "room:1[a, b, c]");
        assertThat(client.list()).containsOnlyKeys("a", "b", "c");
    }

    @Test
    void nothingIsFetchedForNobody() {
        owner.track("silent", "a", Map.of());
        rig.advance(ofSeconds(1));
        assertThat(fetched).isEmpty();
    }

    @Test
    void whatNeverComesIsNotWaitedForAndItsTopicGoesOnWithoutIt() {
        with(options -> options.fetch((topic, presences) -> {
                    fetched.add(topic + presences.keySet());
                    if (topic.equals(TOPIC) && fetched.size() == 1) {
                        rig.advance(ofSeconds(2)); // in the middle of it
                        fetched.add("returned");
                    }
                    return Map.of("a", Map.of("name", "late"));
                })
                .fetchTimeout(ofSeconds(1)));
        RoomClient one = rig.client(TOPIC);
        rig.presence.owner().track(TOPIC, "a", Map.of());
        rig.run();
        assertThat(one.diffs).hasSize(1);
        assertThat(one.events.get(0)).doesNotContain("late");
        rig.presence.owner().track(TOPIC, "a", Map.of());
        rig.advance(ofMillis(50));
        assertThat(one.diffs).hasSize(2);
        assertThat(one.events.get(1)).contains("late");
    }

    @Test
    void whileOneHangsOthersAreToldWithoutAndOtherTopicsWith() {
        with(options -> options.fetch((topic, presences) -> {
                    fetched.add(topic);
                    if (topic.equals(TOPIC) && fetched.size() == 1) {
                        rig.advance(ofSeconds(2));
                        rig.presence.owner().track(TOPIC, "b", Map.of());
                        rig.presence.owner().track("other", "b", Map.of());
                        rig.advance(ofSeconds(1));
                        fetched.add("returned");
                    }
                    return Map.of("b", Map.of("name", "B"));
                })
                .fetchTimeout(ofSeconds(1)));
        RoomClient one = rig.client(TOPIC);
        RoomClient other = rig.client("other");
        rig.presence.owner().track(TOPIC, "a", Map.of());
        rig.run();
        assertThat(fetched).containsExactly(TOPIC, "other", "returned");
        assertThat(one.diffs).hasSize(2);
        assertThat(one.events.get(1)).contains("\"b\"").doesNotContain("name");
        assertThat(other.events.get(0)).contains("\"name\":\"B\"");
    }

    @Test
    void whatThrowsOrIsNoObjectAddsNothingAndTheNextIsToldAgainInOrder() {
        List<Object> answers = new ArrayList<>(List.of(new IllegalStateException("test"), new StackOverflowError(), 1));
        with(options -> options.fetch((topic, presences) -> {
            Object answer = answers.isEmpty() ? Map.of("name", "x") : answers.remove(0);
            if (answer instanceof RuntimeException e) {
                throw e;
            } else if (answer instanceof Error e) {
                throw e;
            }
            Map<String, Object> all = new HashMap<>();
            presences.keySet().forEach(key -> all.put(key, answer));
            return all;
        }));
        RoomClient one = rig.client(TOPIC);
        for (String key : List.of("a", "b", "c", "d")) {
            rig.presence.owner().track(TOPIC, key, Map.of());
            rig.advance(ofMillis(50));
        }
        assertThat(one.events).hasSize(4);
        assertThat(one.events.subList(0, 3)).noneMatch(event -> event.contains("name"));
        assertThat(one.events.get(3)).contains("\"name\":\"x\"");
        assertThat(rig.presence.stats().told().notFetched()).isEqualTo(3);
    }

    @Test
    void theStateIsToBeHadWhenTheEndpointHasEnded() {
        with(options -> options.fetch((topic, presences) -> Map.of("a", Map.of("name", "x"))));
        PresenceOwner job = rig.presence.owner();
        job.track(TOPIC, "a", Map.of());
        for (int i = 0; i < 1_000; i++) { // too many for the calling thread, while there is another
            job.track("large", "k" + i, Map.of());
        }
        rig.endpoint.close();
        rig.run();
        rig.rejecting = true;

        assertThat(rig.presence.state(TOPIC))
                .isCompletedWithValueMatching(all -> !all.toString().contains("name"));
        assertThat(rig.presence.state("large"))
                .isCompletedWithValueMatching(all -> ((Payload.Json) all).length() > 10_000);
        job.close();
        assertThat(rig.presence.state("large")).isCompletedWithValue(Payload.EMPTY);
    }

    @Test
    void whatIsFetchedCannotReplaceTheMetas() {
        with(options ->
                options.fetch((topic, presences) -> Map.of("a", Map.of("metas", List.of()), "z", Map.of("n", 1))));
        RoomClient one = rig.client(TOPIC);
        rig.presence.owner().track(TOPIC, "a", Map.of("n", 1));
        rig.run();
        assertThat(one.events.get(0))
                .contains("{\"a\":{\"metas\":[{\"n\":1,")
                .doesNotContain("[]")
                .doesNotContain("\"z\"");
    }

    @Test
    void onlySoManyRunAtOnceAndNoneIsForgotten() {
        List<Runnable> held = new ArrayList<>();
        Turns turns = new Turns(held::add, rig, 2);
        List<String> ran = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            turns.execute(() -> ran.add(name));
        }
        assertThat(held).hasSize(2);
        held.remove(0).run();
        assertThat(ran).containsExactly("a");
        assertThat(held).hasSize(2);
        while (!held.isEmpty()) {
            held.remove(0).run();
        }
        assertThat(ran).containsExactly("a", "b", "c", "d");
    }
}
