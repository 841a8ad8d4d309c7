package dev.simurgh.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.simurgh.conformance.ClientLibrary.Ability;
import dev.simurgh.conformance.ClientTalk.Peer;
import dev.simurgh.conformance.ClientTalk.Topic;
import java.util.List;
import java.util.Map;

/** The cases of who is there. Those that a library sees come and go are plain connections, whose messages are seen as they are. */
final class PresenceCases {
    private static final List<String> ODD_KEYS = List.of(
            "",
            " ",
            "__proto__",
            "constructor",
            "hasOwnProperty",
            "metas",
            "1",
            "01",
            "né\u2028\"\\\u0001",
            "😀👩‍👩‍👧",
            "k".repeat(10_240));

    private PresenceCases() {}

    /** The key under which the library itself is there: some send no params of a test's. */
    private static String own(ClientTalk talk) {
        return talk.can(Ability.JOIN_PARAMS) ? "own" : "";
    }

    private static Topic joined(Peer peer, String topic) throws InterruptedException {
        return peer.joinPresences(topic, Map.of("user_id", "own")).joined();
    }

    private static TopicTalk joined(ClientTalk talk, String topic, String key, String device) throws Exception {
        TopicTalk other = talk.with(TopicTalk.to(talk.server().port(), topic));
        String params = JsonNodeFactory.instance
                .objectNode()
                .put("user_id", key)
                .put("device", device)
                .toString();
        assertThat(other.join(params).path("status").asText()).as(params).isEqualTo("ok");
        return other;
    }

    static void comeAndGo(ClientTalk talk) throws Exception {
        String topic = "presence:come and go";
        PresenceList alone = PresenceList.NOBODY.with(own(talk), "");
        Topic here = joined(talk.connect(), topic);
        here.shows(alone);
        TopicTalk one = joined(talk, topic, "1", "phone");
        here.shows(alone.with("1", "phone"));
        TopicTalk two = joined(talk, topic, "2", "phone");
        here.shows(alone.with("1", "phone").with("2", "phone"));
        two.push("phx_leave", "{}");
        here.shows(alone.with("1", "phone"));
        one.close();
        JsonNode last = here.shows(alone);
        assertThat(PresenceList.in(last.path("leaves"))).isEqualTo(PresenceList.NOBODY.with("1", "phone"));
    }

    static void severalMetas(ClientTalk talk) throws Exception {
        String topic = "presence:metas";
        PresenceList alone = PresenceList.NOBODY.with(own(talk), "");
        Topic here = joined(talk.connect(), topic);
        here.shows(alone);
        TopicTalk phone = joined(talk, topic, "1", "phone");
        here.shows(alone.with("1", "phone"));
        TopicTalk laptop = joined(talk, topic, "1", "laptop");
        JsonNode second = here.shows(alone.with("1", "phone", "laptop"));
        if (talk.can(Ability.JOIN_REF)) { // libraries of version 1 also tell what was there
            assertThat(PresenceList.in(second.path("joins"))).isEqualTo(PresenceList.NOBODY.with("1", "laptop"));
        }
        laptop.push("update", "{\"mood\":\"blue\"}");
        JsonNode updated = here.shows(alone.with("1", "phone", "laptop/blue"));
        assertThat(PresenceList.in(updated.path("leaves"))).isEqualTo(PresenceList.NOBODY.with("1", "laptop"));
        laptop.push("untrack", "{}");
        here.shows(alone.with("1", "phone"));
        phone.close();
        here.shows(alone);
    }

    /** Two windows of one user. */
    static void twoWindows(ClientTalk talk) throws Exception {
        String topic = "presence:windows";
        PresenceList one = PresenceList.NOBODY.with(own(talk), "");
        PresenceList two = PresenceList.NOBODY.with(own(talk), "", "");
        Topic first = joined(talk.connect(), topic);
        first.shows(one);
        Peer window = talk.connect();
        Topic second = joined(window, topic);
        first.shows(two);
        second.shows(two);
        second.leave();
        second.sees("left"); // libraries of several threads may lose a channel that is made while they take out another
        first.shows(one);
        Topic third = joined(window, topic);
        third.shows(two);
        first.shows(two);
    }

    static void disconnected(ClientTalk talk) throws Exception {
        String topic = "presence:disconnected";
        Topic here = joined(talk.connect(), topic);
        Peer window = talk.connect();
        joined(window, topic).shows(PresenceList.NOBODY.with(own(talk), "", ""));
        here.shows(PresenceList.NOBODY.with(own(talk), "", ""));
        window.disconnect();
        here.shows(PresenceList.NOBODY.with(own(talk), ""));
    }

    static void oddKeys(ClientTalk talk) throws Exception {
        String topic = "presence:odd keys";
        PresenceList list = PresenceList.NOBODY.with("own", "");
        Topic here = joined(talk.connect(), topic);
        here.shows(list);
        for (String key : ODD_KEYS) {
            joined(talk, topic, key, "d " + key.length());
            list = list.with(key, "d " + key.length());
            here.shows(list);
        }
        joined(talk.connect(), topic).shows(list.with("own", "", ""));
        here.shows(list.with("own", "", ""));
        assertThat(PresenceList.of(talk.presences(topic))).isEqualTo(list.with("own", "", ""));
    }

    /** A crashed channel rejoins by itself, as the same object; it is there once, and lists what has changed meanwhile. */
    static void rejoin(ClientTalk talk) throws Exception {
        String topic = "presence:rejoin";
        Topic here = joined(talk.connect(), topic);
        joined(talk, topic, "goes", "phone");
        joined(talk, topic, "stays", "phone");
        here.shows(PresenceList.NOBODY.with(own(talk), "").with("goes", "phone").with("stays", "phone"));
        here.push("no such event", Map.of());
        here.sees("error");
        talk.others().get(0).close();
        joined(talk, topic, "comes", "phone");
        here.joined();
        here.shows(
                PresenceList.NOBODY.with(own(talk), "").with("comes", "phone").with("stays", "phone"));
    }

    /** Joins before the server is killed; what is shown when it is back. */
    static Check serverKilled(ClientTalk talk) throws Exception {
        String topic = "presence:killed";
        Topic here = joined(talk.connect(), topic);
        joined(talk, topic, "goes", "phone");
        here.shows(PresenceList.NOBODY.with(own(talk), "").with("goes", "phone"));
        return () -> {
            here.shows(PresenceList.NOBODY.with(own(talk), ""));
            joined(talk, topic, "comes", "phone");
            here.shows(PresenceList.NOBODY.with(own(talk), "").with("comes", "phone"));
        };
    }

    /** The rest of a case. */
    interface Check {
        void run() throws Exception;
    }
}
