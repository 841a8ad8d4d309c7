package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.StopReason;
import dev.simurgh.testkit.PlayChannel.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@ChannelTest
class ChannelCaseTest {
    private static final SocketSpec SOCKET = PlayChannel.socket();

    @Nested
    class Connect {
        @Test
        void aClientIsAcceptedWithoutParameters(ChannelCase chat) {
            Connected client = chat.connect(SOCKET);

            assertThat(client.id()).isEmpty();
            assertThat(client.assigns()).isEqualTo(Assigns.EMPTY);
        }

        @Test
        void parametersAndConnectInfoReachConnect(ChannelCase chat) {
            ConnectInfo info =
                    ConnectInfo.builder().headers(Map.of("User-Agent", "/curl")).build();
            Connected client = chat.connect(SOCKET, Map.of("name", "ann"), info);

            assertThat(client.id()).contains("play:ann/curl");
            assertThat(client.assigns().get(PlayChannel.NAME)).isEqualTo("ann/curl");
        }

        @Test
        void aRefusalHasAReasonOrNot(ChannelCase chat) {
            chat.tryConnect(SOCKET, Map.of("name", "nobody")).assertRefused();
            chat.tryConnect(SOCKET, Map.of("name", "evil")).assertRefused();
            chat.tryConnect(SOCKET, Map.of("name", "evil")).assertRefused("evil name");
            chat.tryConnect(SOCKET, Map.of("name", "boom")).assertCrashed();
        }

        @Test
        void whatIsNotAsAssertedSaysHowItWent(ChannelCase chat) {
            assertThatThrownBy(() -> chat.connect(SOCKET, Map.of("name", "evil")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("connect\n  expected: accepted\n  got:      refused: evil name");
            assertThatThrownBy(() ->
                            chat.tryConnect(SOCKET, Map.of("name", "nobody")).assertRefused("why"))
                    .hasMessage("connect\n  expected: refused: why\n  got:      refused without a reason");
            assertThatThrownBy(() -> chat.tryConnect(SOCKET, Map.of()).assertRefused())
                    .hasMessage("connect\n  expected: refused\n  got:      accepted");
            assertThatThrownBy(() -> chat.tryConnect(SOCKET, Map.of()).assertCrashed())
                    .hasMessage("connect\n  expected: crashed\n  got:      accepted");
            ConnectAttempt boom = chat.tryConnect(SOCKET, Map.of("name", "boom"));
            assertThatThrownBy(boom::assertOk)
                    .hasMessageContaining("got:      crashed: java.lang.IllegalArgumentException: name: boom")
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> boom.assertCrashed(IllegalStateException.class))
                    .hasMessage("connect\n  expected: crashed: IllegalStateException\n"
                            + "  got:      crashed: java.lang.IllegalArgumentException: name: boom");
            assertThat(boom.assertCrashed(
                            IllegalArgumentException.class,
                            thrown -> String.valueOf(thrown.getMessage()).endsWith("boom")))
                    .hasMessage("name: boom");
        }

        @Test
        void parametersComeAsFromAQuery(ChannelCase chat) {
            List<ConnectRequest> asked = new ArrayList<>();
            SocketSpec socket = SocketSpec.builder()
                    .connect(request -> {
                        asked.add(request);
                        return ConnectResult.ok();
                    })
                    .channel("play:*", PlayChannel.spec())
                    .build();

            chat.connect(
                    socket,
                    Map.of(
                            "filter",
                            Map.of("city", "Nishapur & +", "tags", List.of("a", "b")),
                            "list[]",
                            "x",
                            "none",
                            List.of()));

            assertThat(asked.get(0).nested())
                    .isEqualTo(Map.of(
                            "filter",
                            Map.of("city", "Nishapur & +", "tags", List.of("a", "b")),
                            "list",
                            List.of("x"),
                            "vsn",
                            "2.0.0"));
            assertThatThrownBy(() -> chat.connect(socket, Map.of("a", 1)))
                    .hasMessage("parameter: 1 (expected: a text, a list or a map)");
        }

        @Test
        void moreParametersThanAServerTakesAreMalformed(ChannelCase chat) {
            chat.tryConnect(SOCKET, Map.of("a" + "[b]".repeat(17), "1")).assertMalformed();
            ConnectAttempt tooMany = chat.tryConnect(SOCKET, Map.of("a", Collections.nCopies(1001, "1")));
            tooMany.assertMalformed();

            assertThatThrownBy(tooMany::assertRefused)
                    .hasMessage("connect\n  expected: refused\n"
                            + "  got:      malformed: more than 1000 parameters, or nested more than 16 deep");
            assertThatThrownBy(() -> chat.tryConnect(SOCKET, Map.of()).assertMalformed())
                    .hasMessage("connect\n  expected: malformed\n  got:      accepted");
        }

        @Test
        void aReadySocketIsNotAskedAnything(ChannelCase chat) {
            Connected client = chat.socket(SOCKET, "play:bob", Assigns.of(PlayChannel.NAME, "evil"));

            assertThat(client.id()).contains("play:bob");
            assertThat(client.assigns().get(PlayChannel.NAME)).isEqualTo("evil");
            client.join("play:1");
            chat.socket(SOCKET).join("play:1");
        }

        @Test
        void aClientThatComesDuringADrainIsSentAway(ChannelCase chat) {
            assertThat(chat.endpoint().drain()).isCompleted();

            chat.socket(SOCKET).assertClosed(1012);
        }

        @Test
        void aConnectionExpiresByTheClockOfTheCase(ChannelCase chat) {
            Connected client = chat.connect(SocketSpec.builder()
                    .connect(request -> ConnectResult.ok().expiresIn(Duration.ofHours(1)))
                    .build());
            chat.clock().advance(Duration.ofMinutes(59));
            client.refuteClosed();
            chat.clock().advance(Duration.ofMinutes(1));
            client.assertClosed(3000);
        }

        @Test
        void aNamedClientIsDisconnected(ChannelCase chat) {
            Connected client = chat.socket(SOCKET, "play:bob", Assigns.EMPTY);
            Joined joined = client.join("play:1");

            assertThatThrownBy(() -> client.assertClosed(1001))
                    .hasMessage("connection\n  expected: closed: 1001\n  got:      open");
            client.refuteClosed();
            chat.endpoint().disconnect("play:bob");
            client.assertClosed(1001);
            joined.assertStopped(StopReason.Kind.DISCONNECTED);
            assertThatThrownBy(() -> client.assertClosed(1012))
                    .hasMessage("connection\n  expected: closed: 1012\n  got:      closed: 1001");
            client.refuteClosed(1012);
            assertThatThrownBy(() -> client.refuteClosed(1001))
                    .hasMessage("connection\n  expected: not closed: 1001\n  got:      closed: 1001");
            assertThatThrownBy(client::refuteClosed)
                    .hasMessage("connection\n  expected: open\n  got:      closed: 1001");
        }
    }

    @Nested
    class Join {
        @Test
        void theReplyIsComparedExactly(ChannelCase chat) {
            Connected client = chat.connect(SOCKET);

            client.tryJoin("play:1").assertOk(Map.of());
            client.tryJoin("play:2", Map.of("a", 1)).assertOk(Map.of("a", 1));
            client.tryJoin("play:closed").assertError(new Text("closed"));
            client.tryJoin("play:boom").assertCrashed();
            assertThat(client.join("play:3", new Text("hi")).reply(Text.class)).isEqualTo(new Text("hi"));
        }

        @Test
        void whatIsNotAsAssertedShowsTheReply(ChannelCase chat) {
            Connected client = chat.connect(SOCKET);

            assertThatThrownBy(() -> client.tryJoin("play:2", Map.of("a", 1)).assertOk(Map.of()))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("""
                        join on play:2
                          expected: reply to 1: ok {}
                          got:      reply to 1: ok {"a":1}
                          inbox of play:2:
                            reply to 1: ok {"a":1}\
                        """);
            assertThatThrownBy(() -> client.subscribeAndJoin("play:closed"))
                    .hasMessageContaining(
                            "expected: reply to 2: ok\n  got:      reply to 2: error {\"text\":\"closed\"}");
            assertThatThrownBy(() -> client.tryJoin("play:closed").assertError())
                    .hasMessageContaining(
                            "expected: reply to 3: error {}\n  got:      reply to 3: error {\"text\":\"closed\"}");
            assertThatThrownBy(() -> client.tryJoin("play:closed").assertCrashed())
                    .hasMessageContaining("expected: crashed\n  got:      reply to 4: error {\"text\":\"closed\"}");
            assertThatThrownBy(() -> client.join("other:1"))
                    .hasMessageContaining("got:      reply to 5: error {\"reason\":\"unmatched topic\"}");
        }

        @Test
        void repliesMayBeGivenByTheirClass(ChannelCase chat) {
            Connected client = chat.connect(SOCKET);

            assertThat(client.tryJoin("play:1", new Text("hi"))
                            .assertOk(Text.class)
                            .reply(Text.class))
                    .isEqualTo(new Text("hi"));
            assertThat(client.tryJoin("play:closed").assertError(Text.class)).isEqualTo(new Text("closed"));
            assertThatThrownBy(() -> client.tryJoin("play:2", Map.of("text", 1)).assertOk(Text.class))
                    .hasMessageContaining(
                            "expected: reply to 3: ok with a Text\n  got:      reply to 3: ok {\"text\":1}  (");
            assertThatThrownBy(() -> client.join("play:3").reply(Text.class))
                    .hasMessageContaining("reply on play:3\n  expected: ok with a Text\n"
                            + "  got:      reply to 4: ok {}  (as a Text it would be {\"text\":null})");
        }

        @Test
        void aRefusalInTheWordsOfACrashIsNone(ChannelCase chat) {
            JoinAttempt refused = chat.connect(SOCKET).tryJoin("play:closed", Map.of("reason", "join crashed"));

            assertThatThrownBy(refused::assertCrashed)
                    .hasMessageContaining(
                            "expected: crashed\n  got:      reply to 1: error {\"reason\":\"join crashed\"}");
            refused.assertError(Map.of("reason", "join crashed"));
        }

        @Test
        void aJoinThatThrowsSaysWhat(ChannelCase chat) {
            JoinAttempt boom = chat.connect(SOCKET).tryJoin("play:boom");

            assertThatThrownBy(boom::assertOk)
                    .isInstanceOf(AssertionError.class)
                    .hasRootCauseMessage("boom");
            boom.assertError(Map.of("reason", "join crashed"));
            assertThat(boom.assertCrashed(IllegalStateException.class)).hasMessage("boom");
        }

        @Test
        void aChannelAloneNeedsNoSocketOfItsOwn(ChannelCase chat) {
            chat.socket("play:*", PlayChannel.spec()).join("play:1");
        }
    }

    @Test
    void itIsAPlainObjectForOtherRunners() {
        Joined joined;
        try (ChannelCase chat = ChannelCase.create()) {
            joined = chat.connect(SOCKET).join("play:1");
            joined.refuteStopped();
        }
        joined.assertStopped(StopReason.Kind.CLOSED);
    }

    @Test
    void theEndpointCanBeSetUp() {
        try (ChannelCase chat = ChannelCase.builder()
                .endpoint(endpoint -> endpoint.nodeName("a@host"))
                .build()) {
            assertThat(chat.endpoint().node().self()).isEqualTo("a@host");
        }
    }

    @Test
    void casesOfAClusterShareAClock() {
        TestCluster cluster = TestCluster.seed(1);
        try (ChannelCase a = node(cluster, "a@host");
                ChannelCase b = node(cluster, "b@host")) {
            Joined here = a.connect(SOCKET).join("play:1");
            Joined there = b.connect(SOCKET).join("play:1");

            here.broadcast("shout", new Text("hi"));

            here.assertPushes("shout", new Text("hi"));
            there.assertPushes("shout", new Text("hi"));
        }
    }

    private static ChannelCase node(TestCluster cluster, String name) {
        return ChannelCase.builder()
                .clock(cluster.clock())
                .endpoint(endpoint -> endpoint.cluster(cluster.node(name)))
                .build();
    }

    @Nested
    class SharedByTests {
        @Test
        void theEndOfATestClosesItsClientsAndTellsWhatWasThrown() {
            try (ChannelCase shared = ChannelCase.create()) {
                shared.connect(SOCKET, Map.of("name", "ann"));
                shared.logs()
                        .hearing(() -> org.slf4j.LoggerFactory.getLogger("x").warn("y"))
                        .run();
                shared.endTest();
                assertThat(shared.endpoint().connectionCount()).isZero();
                assertThat(shared.logs().lines()).isEmpty();

                shared.tryConnect(SOCKET, Map.of("name", "boom"));
                assertThatThrownBy(shared::endTest)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("thrown by the code under test");
                shared.endTest();
                shared.connect(SOCKET, Map.of("name", "bob"));
            }
        }

        @Test
        void anEndpointThatSomethingElseMakesHasItsSocketsByPath() {
            try (ChannelCase shared = ChannelCase.builder()
                    .endpointOf((timers, scheduler) -> Endpoint.builder()
                            .timers(timers)
                            .scheduler(scheduler)
                            .socket("/play", SOCKET)
                            .build())
                    .build()) {
                assertThat(shared.mounted("/play")).isSameAs(SOCKET);
                assertThat(shared.connect("/play", Map.of("name", "ann")).id()).contains("play:ann");
                shared.connect("/play").close();
                assertThatThrownBy(() -> shared.connect("/socket"))
                        .hasMessage("socket: /socket (expected: one of [/play])");
            }
            assertThatThrownBy(() -> ChannelCase.builder()
                            .endpointOf(
                                    (timers, scheduler) -> Endpoint.builder().build())
                            .keep(kept -> kept)
                            .build())
                    .hasMessage(
                            "keep with endpointOf (expected: KeptTopics among the parts of the endpoint that is made)");
        }
    }
}
