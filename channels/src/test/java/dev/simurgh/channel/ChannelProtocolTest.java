package dev.simurgh.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.simurgh.protocol.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChannelProtocolTest {
    private record Enter(String name) {}

    private record Text(String text) {}

    private record Count(int count) {}

    private static ChannelSpec.Builder<Object> room() {
        return ChannelSpec.builder(Object::new)
                .join(Enter.class, (c, p, s) -> JoinResult.ok())
                .handleIn("say", Text.class, (c, p, s) -> Result.ok())
                .handleIn("add", int.class, (c, p, s) -> Result.ok())
                .handleIn("raw", Payload.class, (c, p, s) -> Result.ok())
                .handleIn("bytes", byte[].class, (c, p, s) -> Result.ok())
                .handleIn("bye", (c, s) -> Result.stop());
    }

    @Test
    void whatClientsPushIsKnownFromTheHandlersInTheirOrder() {
        ChannelProtocol protocol = room().build().protocol();

        assertThat(protocol.joinParams()).isEqualTo(Enter.class);
        assertThat(protocol.events())
                .containsExactly(
                        entry("say", Text.class),
                        entry("add", int.class),
                        entry("raw", Payload.class),
                        entry("bytes", byte[].class),
                        entry("bye", void.class));
        assertThat(protocol.takesAnyEvent()).isFalse();
        assertThat(protocol.declaresWhatClientsGet()).isFalse();
        assertThat(room().build().events()).containsExactly("say", "add", "raw", "bytes", "bye");
    }

    @Test
    void whatClientsGetIsKnownIfItIsDeclared() {
        ChannelProtocol protocol = room().joinReplies(Count.class)
                .joinReplies("error", Text.class)
                .replies("say", Count.class)
                .replies("say", "teapot", Text.class)
                .pushes("counted", Count.class)
                .pushes("raw", byte[].class)
                .broadcasts("said", Text.class)
                .handleOut("hidden", Text.class, (c, p, s) -> Result.noReply())
                .handleAny((c, m, s) -> Result.ok())
                .build()
                .protocol();

        assertThat(protocol.joinReplies()).containsExactly(entry("ok", Count.class), entry("error", Text.class));
        assertThat(protocol.replies("say")).containsExactly(entry("ok", Count.class), entry("teapot", Text.class));
        assertThat(protocol.replies("add")).isEmpty();
        assertThat(protocol.pushes()).containsExactly(entry("counted", Count.class), entry("raw", byte[].class));
        assertThat(protocol.broadcasts()).containsExactly(entry("said", Text.class));
        assertThat(protocol.intercepts()).containsExactly(entry("hidden", Text.class));
        assertThat(protocol.takesAnyEvent()).isTrue();
        assertThat(protocol.declaresWhatClientsGet()).isTrue();
    }

    @Test
    void aJoinThatDoesNotLookAtItsParametersHasNone() {
        assertThat(ChannelSpec.builder(Object::new).build().protocol().joinParams())
                .isEqualTo(void.class);
        assertThat(ChannelSpec.builder(Object::new)
                        .join((c, s) -> JoinResult.ok())
                        .build()
                        .protocol()
                        .joinParams())
                .isEqualTo(void.class);
    }

    @Test
    void itDoesNotChangeAfterwards() {
        ChannelSpec.Builder<Object> builder = room().pushes("a", Text.class);
        ChannelProtocol protocol = builder.build().protocol();
        builder.pushes("b", Text.class).replies("say", Text.class);

        assertThat(protocol.pushes()).containsOnlyKeys("a");
        assertThat(protocol.replies("say")).isEmpty();
        assertThatThrownBy(() -> protocol.pushes().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theSameCannotBeSaidTwice() {
        assertThatThrownBy(() -> room().pushes("a", Text.class).pushes("a", Count.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "pushes: \"a\" twice (expected: one type for each; if it is one of several, a sealed type of"
                                + " all)");
        assertThatThrownBy(() -> room().replies("say", Text.class).replies("say", "ok", Count.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("replies: \"say\": \"ok\" twice");
        assertThatThrownBy(() -> room().joinReplies(Text.class).joinReplies(Count.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("joinReplies: \"ok\" twice");
        assertThatThrownBy(() -> room().broadcasts("a", Text.class).broadcasts("a", Text.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("broadcasts: \"a\" twice");
    }

    @Test
    void aReplyIsToAnEventThatIsHandled() {
        assertThatThrownBy(() -> ChannelSpec.builder(Object::new)
                        .handleIn("say", (c, s) -> Result.ok())
                        .replies("sya", Text.class)
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("replies: \"sya\", which no handleIn takes (expected: one of [say])");
    }

    @Test
    void theProtocolsOwnEventsAreNotPushedOrBroadcast() {
        for (String event : List.of("phx_reply", "phx_error", "phx_close")) {
            assertThatThrownBy(() -> room().pushes(event, Text.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("pushes: \"" + event + "\" (expected: an event of the application's own)");
            assertThatThrownBy(() -> room().broadcasts(event, Text.class)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aSocketKnowsThePatternOfATopic() {
        SocketSpec socket = SocketSpec.builder()
                .channel("room:lobby", room().build())
                .channel("room:*", room().build())
                .build();

        assertThat(socket.patternOf("room:lobby")).contains("room:lobby");
        assertThat(socket.patternOf("room:1")).contains("room:*");
        assertThat(socket.patternOf("other")).isEmpty();
        assertThat(Map.copyOf(socket.channels())).containsOnlyKeys("room:lobby", "room:*");
    }
}
