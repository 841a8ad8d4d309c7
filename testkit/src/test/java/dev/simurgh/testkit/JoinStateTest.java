package dev.simurgh.testkit;

import static dev.simurgh.protocol.Protocol.PHX_REPLY;
import static dev.simurgh.protocol.Protocol.PRESENCE_DIFF;
import static dev.simurgh.protocol.Protocol.PRESENCE_STATE;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Next;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.presence.Presence;
import dev.simurgh.protocol.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order a client that joins hears of who is there: as it was recorded from Phoenix, whatever else goes on. */
class JoinStateTest {
    private Presence presence = Presence.builder().build();
    private ChannelCase chat = start(ofMillis(50));
    private final List<String> frames = new ArrayList<>();

    private ChannelCase start(Duration interval) {
        presence = Presence.builder().diffInterval(interval).build();
        return ChannelCase.builder()
                .endpoint(endpoint -> endpoint.part(presence))
                .build();
    }

    @AfterEach
    void close() {
        chat.close();
    }

    private SocketSpec socket(ChannelSpec.Builder<Object> spec) {
        return SocketSpec.builder().channel("room:*", spec.build()).build();
    }

    private SocketSpec rooms() {
        return socket(
                ChannelSpec.builder(Object::new).join((room, socket) -> presence.joinState(socket, "ann", Map.of())));
    }

    private Connected hearing(SocketSpec spec) {
        Connected client = chat.connect(spec);
        client.overhear(frame -> frames.add(shown(frame)));
        return client;
    }

    private static String shown(Frame frame) {
        String text = new String(frame.bytes(), StandardCharsets.UTF_8);
        String event = Stream.of(PRESENCE_STATE, PRESENCE_DIFF, PHX_REPLY)
                .filter(text::contains)
                .findFirst()
                .orElse(text);
        return event + (text.contains("\"ann\"") ? " with ann" : "");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50})
    void theReplyTheDiffOfItsOwnAndTheStateWithIt(int millis) {
        chat.close();
        chat = start(ofMillis(millis));
        hearing(rooms()).join("room:1", Map.of());
        assertThat(frames).containsExactly("phx_reply", "presence_diff with ann", "presence_state with ann");
    }

    @Test
    void theStateAtOnceAndTheDiffOfItsOwnALittleLaterWhileMuchChanges() {
        hearing(rooms()).join("room:1", Map.of());
        frames.clear();
        presence.owner().track("room:1", "bob", Map.of());
        hearing(rooms()).join("room:1", Map.of());
        assertThat(frames).containsExactly("phx_reply", "presence_state with ann");
        chat.clock().advance(ofMillis(50));
        assertThat(frames)
                .containsExactly(
                        "phx_reply", "presence_state with ann", "presence_diff with ann", "presence_diff with ann");
    }

    @Test
    void againAtEachJoinAndOnceForEach() {
        Connected client = hearing(rooms());
        client.join("room:1", Map.of());
        chat.clock().advance(ofMillis(50));
        frames.clear();
        client.join("room:1", Map.of());
        chat.clock().advance(ofMillis(100));
        assertThat(frames)
                .filteredOn(frame -> frame.startsWith("presence_state"))
                .hasSize(1);
        assertThat(frames.indexOf("phx_reply")).isLessThan(frames.indexOf("presence_state with ann"));
    }

    @Test
    void aChannelMayTrackAndPushByHandAlsoInItsJoin() {
        hearing(socket(ChannelSpec.builder(Object::new).join((room, socket) -> {
                    presence.pushState(socket);
                    return JoinResult.ok();
                })))
                .join("room:1", Map.of());
        hearing(socket(ChannelSpec.builder(Object::new).afterJoin((room, socket) -> byHand(socket))))
                .join("room:1", Map.of());
        assertThat(frames)
                .startsWith("phx_reply", "presence_state")
                .endsWith("presence_diff with ann", "presence_state with ann");
    }

    private Next byHand(Socket socket) {
        presence.track(socket, "ann", Map.of());
        presence.pushState(socket);
        return Result.noReply();
    }

    @Test
    void whoIsNotLetInIsGivenNothing() {
        hearing(socket(ChannelSpec.builder(Object::new).join((room, socket) -> {
                    presence.pushState(socket);
                    return JoinResult.error();
                })))
                .tryJoin("room:1", Map.of());
        assertThat(frames).containsExactly("phx_reply");
    }
}
