package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.presence.Presence;
import dev.simurgh.presence.PresenceOwner;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** What an application does wrong is told with what is to be done. */
class PresenceMistakesTest {
    record Hello(String name) {}

    @Test
    void aPresenceThatIsNoPartSaysWhereItBelongs() {
        Presence presence = Presence.builder().build();

        assertThatThrownBy(() -> presence.list("room:1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("presence: not started (expected: Endpoint.builder().part(presence))");
    }

    @Test
    void eachEndpointHasAPresenceOfItsOwn() {
        Presence presence = Presence.builder().build();
        Endpoint endpoint = Endpoint.builder().part(presence).build();
        try (endpoint) {
            assertThatThrownBy(() -> Endpoint.builder().part(presence).build())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("presence: part of two endpoints (expected: one Presence for each)");
            assertThat(presence.list("room:1")).isEmpty();
        }
    }

    @Test
    void twoPresencesOfAnEndpointHaveTwoNames() {
        Endpoint.Builder two = Endpoint.builder()
                .part(Presence.builder().build())
                .part(Presence.builder().build());

        assertThatThrownBy(two::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("presence: another Presence of this endpoint has this name (expected: one of its own, by"
                        + " Presence.builder().name(name), the same on all nodes)");
    }

    @Test
    @SuppressWarnings("NullAway") // as an application may do that has no such check
    void whatIsNullIsNamed() {
        Presence presence = Presence.builder().build();
        Endpoint endpoint = Endpoint.builder().part(presence).build();
        try (endpoint;
                PresenceOwner job = presence.owner()) {
            String key = "key: null (expected: a text, such as a user's id)";
            String meta = "meta: null (expected: a record, a map or another JSON object)";
            assertThatThrownBy(() -> job.track("room:1", null, Map.of()))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage(key);
            assertThatThrownBy(() -> job.untrack("room:1", null)).hasMessage(key);
            assertThatThrownBy(() -> presence.get("room:1", null)).hasMessage(key);
            assertThatThrownBy(() -> job.track(null, "key", Map.of())).hasMessage("topic: null (expected: a text)");
            assertThatThrownBy(() -> job.track("room:1", "key", null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage(meta);
            job.track("room:1", "key", Map.of());
            assertThatThrownBy(() -> job.update("room:1", "key", old -> null)).hasMessage(meta);
            assertThat(presence.count("room:1")).isEqualTo(1);
        }
    }

    @Test
    void aNameThatTheClientHasLeftOutIsToldInTheLog() {
        Presence presence = Presence.builder().build();
        ChannelSpec<Object> room = ChannelSpec.builder(Object::new)
                .join(Hello.class, (channel, hello, socket) -> presence.joinState(socket, hello.name(), hello))
                .build();
        try (ChannelCase chat = ChannelCase.builder()
                .endpoint(endpoint -> endpoint.part(presence))
                .build()) {
            JoinAttempt attempt = chat.socket("room:*", room).tryJoin("room:1");

            attempt.assertCrashed(NullPointerException.class);
            attempt.assertError(Map.of("reason", "join crashed"));
            chat.logs().assertLogged(Level.ERROR, "key: null (expected: a text, such as a user's id)");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // as an application may do that has no such check
    void nullThatIsFetchedIsToldInTheLog() {
        Map<String, Map<String, Object>> found = new HashMap<>();
        found.put("none", null);
        found.put("null", Collections.singletonMap("null", null));
        Presence presence = Presence.builder()
                .fetch((topic, presences) ->
                        found.get(presences.keySet().iterator().next()))
                .build();
        try (ChannelCase chat = ChannelCase.builder()
                .endpoint(endpoint -> endpoint.part(presence))
                .build()) {
            for (String name : found.keySet()) {
                ChannelSpec<Object> room = ChannelSpec.builder(Object::new)
                        .join((channel, socket) -> presence.joinState(socket, name, Map.of()))
                        .build();
                chat.socket("room:*", room).join("room:" + name).assertPresences(name);
            }
            chat.logs()
                    .assertLogged(Level.ERROR, "fetched: null (expected: a map, empty where there is nothing to add)");
            chat.logs().assertLogged(Level.ERROR, "fetched for null: null (expected: a record, a map or another JSON");
        }
    }
}
