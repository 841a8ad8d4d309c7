package dev.simurgh.presence;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the server hears of joins and leaves. */
class ListenerTest {
    private final List<String> heard = new ArrayList<>();
    private @Nullable Runnable during;
    private final Rig rig = new Rig(options -> options.listener(this::changed));
    private final PresenceOwner owner = rig.presence.owner();

    @AfterEach
    void close() {
        rig.close();
    }

    private void changed(String topic, Map<String, List<Meta>> joins, Map<String, List<Meta>> leaves) {
        heard.add(topic + " +" + shown(joins) + " -" + shown(leaves));
        Runnable now = during;
        during = null;
        if (now != null) {
            now.run();
        }
    }

    private static List<String> shown(Map<String, List<Meta>> metas) {
        return metas.entrySet().stream()
                .map(of ->
                        of.getKey() + of.getValue().stream().map(Meta::payload).toList())
                .toList();
    }

    @Test
    void itHearsOfTopicsWithoutClientsToo() {
        owner.track("t", "a", Map.of("n", 1));
        rig.run();
        owner.update("t", "a", Map.of("n", 2));
        rig.run();
        owner.untrack("t", "a");
        rig.run();
        assertThat(heard)
                .containsExactly("t +[a[{\"n\":1}]] -[]", "t +[a[{\"n\":2}]] -[a[{\"n\":1}]]", "t +[] -[a[{\"n\":2}]]");
        assertThat(rig.presence.roomCount()).isZero();
    }

    @Test
    void whatHappensWhileItIsCalledComesWithTheNextCall() {
        during = () -> {
            owner.track("t", "b", Map.of());
            owner.track("t", "c", Map.of());
            owner.untrack("t", "c");
            rig.run();
            owner.update("t", "b", Map.of("n", 1));
            assertThat(heard).hasSize(1);
        };
        owner.track("t", "a", Map.of());
        rig.run();
        assertThat(heard).containsExactly("t +[a[{}]] -[]", "t +[b[{\"n\":1}]] -[]");
    }

    @Test
    void whileItHangsForOneTopicClientsOfThatAndOtherTopicsAreToldAndItHearsOfOthers() {
        RoomClient client = rig.client("t");
        during = () -> {
            owner.track("t", "b", Map.of());
            owner.track("u", "c", Map.of());
            rig.advance(ofMillis(50));
            assertThat(client.diffs).hasSize(2);
            assertThat(heard).containsExactly("t +[a[{}]] -[]", "u +[c[{}]] -[]");
        };
        owner.track("t", "a", Map.of());
        rig.run();
        assertThat(heard).hasSize(3);
    }

    @Test
    void whatItThrowsDoesNotKeepItFromTheNext() {
        during = () -> {
            throw new IllegalStateException("test");
        };
        owner.track("t", "a", Map.of());
        rig.run();
        owner.track("t", "b", Map.of());
        rig.run();
        assertThat(heard).hasSize(2);
    }
}
