package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Ref;
import dev.simurgh.testkit.Inbox.Item;
import dev.simurgh.testkit.Inbox.Kind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the client of a test sees is what {@code Presence} of phoenix.js would show. */
class PresenceListTest {
    private final PresenceList list = new PresenceList();

    private void state(String json) {
        list.arrived(new Item(Kind.PUSH, Ref.NONE, "presence_state", Payload.json(json)));
    }

    private void diff(String joins, String leaves) {
        String json = "{\"joins\":" + joins + ",\"leaves\":" + leaves + "}";
        list.arrived(new Item(Kind.PUSH, Ref.NONE, "presence_diff", Payload.json(json)));
    }

    private static String present(String key, String... metas) {
        return "{\"" + key + "\":{\"metas\":[" + String.join(",", metas) + "]}}";
    }

    private static String meta(int ref) {
        return "{\"n\":" + ref + ",\"phx_ref\":\"" + ref + "\"}";
    }

    private boolean sees(String key, int... numbers) {
        List<Payload> metas = Arrays.stream(numbers)
                .mapToObj(n -> Payload.json("{\"n\":" + n + "}"))
                .toList();
        return list.has(key, metas);
    }

    @Test
    void diffsWaitForTheFirstState() {
        diff(present("ann", meta(2)), "{}");
        assertThat(list.all()).isEmpty();
        assertThat(list.lines("\n"))
                .startsWith("no presence_state, for which 1 diffs wait (expected: presence.joinState");

        state(present("ann", meta(1)));

        assertThat(sees("ann", 1, 2)).isTrue();
        assertThat(sees("ann", 2, 1)).isTrue();
        assertThat(sees("ann")).isTrue();
        assertThat(sees("ann", 1)).isFalse();
        assertThat(sees("ann", 1, 1)).isFalse();
        assertThat(list.lines("\n")).isEqualTo("ann " + meta(1) + ", " + meta(2));
    }

    @Test
    void whatIsFetchedIsTakenWithANewMetaOnly() {
        state("{\"ann\":{\"metas\":[" + meta(1) + "],\"age\":1}}");
        state("{\"ann\":{\"metas\":[" + meta(1) + "],\"age\":2}}");
        assertThat(list.all().get("ann")).asString().contains("\"age\":1");

        state("{\"ann\":{\"metas\":[" + meta(1) + "," + meta(2) + "],\"age\":3}}");
        assertThat(list.all().get("ann")).asString().contains("\"age\":3");
    }

    @Test
    void joinsComeBeforeLeavesAndAMetaIsKnownByItsRef() {
        state(present("ann", meta(1), meta(2)));

        diff(present("ann", meta(3)), present("ann", meta(1)));
        assertThat(sees("ann", 2, 3)).isTrue();

        diff("{}", present("ann", "{\"phx_ref\":\"2\"}", meta(3), meta(9)));
        assertThat(list.all()).isEmpty();
        assertThat(list.lines("\n")).isEqualTo("nobody");

        diff("{}", present("bob", meta(9)));
        assertThat(list.all()).isEmpty();
    }

    @Test
    void aLaterStateCountsAsTheDiffToIt() {
        state(present("ann", meta(1), meta(2)));

        state("{\"ann\":{\"metas\":[" + meta(2) + "," + meta(3) + "]},\"bob\":{\"metas\":[" + meta(4) + "]}}");
        assertThat(sees("ann", 2, 3)).isTrue();
        assertThat(sees("bob", 4)).isTrue();

        state("{}");
        assertThat(list.all()).isEmpty();
    }

    @Test
    void whatFetchAddsStandsBesideTheMetas() {
        state("{\"ann\":{\"user\":{\"name\":\"Anne\"},\"metas\":[" + meta(1) + "]}}");

        assertThat(list.all().get("ann"))
                .asString()
                .isEqualTo("{\"metas\":[" + meta(1) + "],\"user\":{\"name\":\"Anne\"}}");
    }
}
