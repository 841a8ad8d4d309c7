package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener.ConnectOutcome;
import dev.simurgh.channel.Limit;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.TrustedProxies;
import dev.simurgh.transport.WebSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is refused for want of room, before the upgrade and before the application is asked. */
class RefusedConnectionsTest {
    private static final String INFO = "/info_socket/acme/websocket?vsn=2.0.0";

    private static final String POLL = "/info_socket/acme/longpoll?vsn=2.0.0";

    private @Nullable TestServer started;
    private final List<RawClient> clients = new ArrayList<>();

    private TestServer start(ServerLimits.Builder limits) {
        return start(limits, UnaryOperator.identity());
    }

    private TestServer start(ServerLimits.Builder limits, UnaryOperator<ServerBuilder> more) {
        TestServer test = TestServer.start(server -> more.apply(server.limits(limits.build())));
        started = test;
        return test;
    }

    @AfterEach
    void stop() {
        clients.forEach(RawClient::close);
        if (started != null) {
            started.close();
        }
    }

    private RawClient client() {
        RawClient client = Objects.requireNonNull(started).client();
        clients.add(client);
        return client;
    }

    private Answer upgrade(String... headers) {
        return client().upgrade(INFO, headers);
    }

    private static void assertLater(Answer answer, int status, String text) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(text);
        assertThat(Integer.parseInt(answer.headers().get("retry-after"))).isBetween(1, 10);
        assertThat(answer.headers())
                .containsEntry("content-type", "text/plain; charset=utf-8")
                .containsEntry("cache-control", "no-store");
    }

    private void awaitConnections(int number) {
        TestServer test = Objects.requireNonNull(started);
        await().untilAsserted(
                        () -> assertThat(test.server.stats().connections()).isEqualTo(number));
    }

    @Test
    void aFullServerRefusesBeforeTheUpgradeAndWithoutAskingTheApplication() {
        TestServer test = start(ServerLimits.builder().maxConnections(2));
        RawClient first = client();
        assertThat(first.upgrade(INFO).status()).isEqualTo(101);
        assertThat(upgrade().status()).isEqualTo(101);
        assertLater(upgrade(), 503, "too many connections");
        assertThat(test.asked).hasSize(2);
        assertThat(test.outcomes).containsExactly(ConnectOutcome.OK, ConnectOutcome.OK, ConnectOutcome.OVER_LIMIT);
        assertThat(test.server.stats().connections()).isEqualTo(2);
        assertThat(test.endpoint.limitCounts()).containsEntry(Limit.CONNECTIONS, 1L);

        first.close();
        awaitConnections(1);
        assertThat(upgrade().status()).isEqualTo(101);
    }

    @Test
    void otherRequestsNeedNoSeat() {
        TestServer test = start(ServerLimits.builder().maxConnections(1));
        assertThat(upgrade().status()).isEqualTo(101);
        for (int i = 0; i < 5; i++) {
            assertThat(client().get("/health").status()).isEqualTo(200);
        }
        assertThat(test.server.stats().connections()).isEqualTo(1);
    }

    @Test
    void whoIsNotLetInGivesItsSeatBack() {
        TestServer test = start(ServerLimits.builder().maxConnections(1));
        String refusing = "/refuse_socket/websocket?vsn=2.0.0&outcome=";
        for (int i = 0; i < 3; i++) {
            assertThat(client().upgrade(refusing + "error").status()).isEqualTo(403);
            assertThat(client().upgrade(refusing + "raise").status()).isEqualTo(500);
            assertThat(client().upgrade("/socket/websocket?vsn=9").status()).isEqualTo(403);
            assertThat(client().upgrade(TestServer.TARGET, "Origin: http://elsewhere")
                            .status())
                    .isEqualTo(403);
            assertThat(client().get(INFO).status()).isEqualTo(400); // accepted, but no WebSocket
        }
        assertThat(test.server.stats().connections()).isZero();
        assertThat(upgrade().status()).isEqualTo(101);
    }

    @Test
    void oneAddressIsToldThatItHasTooMany() {
        TestServer test = start(ServerLimits.builder().maxConnectionsPerAddress(2));
        assertThat(upgrade().status()).isEqualTo(101);
        assertThat(upgrade().status()).isEqualTo(101);
        assertLater(upgrade(), 429, "too many connections from your address");
        assertThat(test.endpoint.limitCounts()).containsEntry(Limit.CONNECTIONS_PER_ADDRESS, 1L);
    }

    @Test
    void nobodyMakesItselfAnotherAddress() {
        start(ServerLimits.builder().maxConnectionsPerAddress(1));
        assertThat(upgrade("X-Forwarded-For: 1.2.3.4").status()).isEqualTo(101);
        assertThat(upgrade("X-Forwarded-For: 1.2.3.5").status()).isEqualTo(429);
        assertThat(upgrade("Forwarded: for=1.2.3.6").status()).isEqualTo(429);
    }

    @Test
    void clientsOfATrustedProxyAreToldApart() {
        start(
                ServerLimits.builder().maxConnectionsPerAddress(1),
                server -> server.trustedProxies(TrustedProxies.xForwarded("127.0.0.0/8")));
        assertThat(upgrade("X-Forwarded-For: 1.2.3.4").status()).isEqualTo(101);
        assertThat(upgrade("X-Forwarded-For: 1.2.3.5").status()).isEqualTo(101);
        assertThat(upgrade("X-Forwarded-For: 1.2.3.4").status()).isEqualTo(429);
        // what stands before the proxy's own word is the client's invention
        assertThat(upgrade("X-Forwarded-For: 6.6.6.6, 1.2.3.4").status()).isEqualTo(429);
        assertThat(upgrade("X-Forwarded-For: 2001:db8:0:1::1").status()).isEqualTo(101);
        assertThat(upgrade("X-Forwarded-For: 2001:db8:0:1::2").status()).isEqualTo(429);
        assertThat(upgrade("X-Forwarded-For: 2001:db8:0:2::1").status()).isEqualTo(101);
    }

    @Test
    void clientsOfALoadBalancerAreToldApart() {
        start(ServerLimits.builder().maxConnectionsPerAddress(1), server -> server.proxyProtocol("127.0.0.0/8"));
        assertThat(behindBalancer("1.2.3.4")).isEqualTo(101);
        assertThat(behindBalancer("1.2.3.5")).isEqualTo(101);
        assertThat(behindBalancer("1.2.3.4")).isEqualTo(429);
    }

    private int behindBalancer(String address) {
        RawClient client = client();
        client.send(("PROXY TCP4 " + address + " 127.0.0.1 4321 4000\r\n").getBytes(StandardCharsets.US_ASCII));
        return client.upgrade(INFO).status();
    }

    @Test
    void moreHandshakesThanInASecondAreToldToSlowDown() {
        TestServer test = start(ServerLimits.builder().handshakesPerSecond(1));
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(upgrade());
        }
        long in = answers.stream().filter(answer -> answer.status() == 101).count();
        assertThat(in).isBetween(1L, 10L); // one, and one more for each second that this took
        assertThat(test.asked).hasSize((int) in);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 101)
                .isNotEmpty()
                .allSatisfy(answer -> assertLater(answer, 429, "too many handshakes"));
        awaitConnections((int) in);
        assertThat(test.endpoint.limitCounts()).containsEntry(Limit.HANDSHAKES_PER_SECOND, 20 - in);
    }

    @Test
    void aClientWhoseConnectIsStillAtWorkHasItsSeat() throws Exception {
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Endpoint endpoint = Endpoint.builder()
                .codec(new JacksonCodec())
                .socket(
                        "/socket",
                        SocketSpec.builder()
                                .connect(request -> waitFor(mayGoOn))
                                .quiet()
                                .build())
                .build();
        try (Server server = Server.builder(endpoint)
                        .host("127.0.0.1")
                        .port(0)
                        .limits(ServerLimits.builder().maxConnections(1).build())
                        .start();
                RawClient second = new RawClient(server.port())) {
            RawClient first = new RawClient(server.port());
            first.send(RawClient.upgradeRequest(TestServer.TARGET).getBytes(StandardCharsets.US_ASCII));
            await().until(() -> server.stats().connections() == 1);
            assertLater(second.upgrade(TestServer.TARGET), 503, "too many connections");
            // while its connect runs it takes a thread, so whoever hangs up and comes again gets no second one
            first.close();
            await().until(() -> server.stats().pendingConnections() == 1);
            assertLater(second.upgrade(TestServer.TARGET), 503, "too many connections");
            mayGoOn.countDown();
            await().until(() -> server.stats().connections() == 0);
            assertThat(second.upgrade(TestServer.TARGET).status()).isEqualTo(101);
        }
        endpoint.close();
    }

    private static LongPollOptions polling(Duration window) {
        return LongPollOptions.builder(Tokens.of("0123456789abcdef0123456789abcdef"))
                .window(window)
                .build();
    }

    @Test
    void longPollSessionsAreConnectionsToo() {
        TestServer test = start(
                ServerLimits.builder().maxConnections(2).maxLongPollSessions(1),
                server -> server.longPoll(polling(Duration.ofMinutes(1))));
        assertThat(client().get(POLL).body()).contains("\"status\":410");
        assertThat(test.server.stats().sessions()).isEqualTo(1);
        assertThat(test.server.stats().connections()).isEqualTo(1);
        // a status that phoenix.js does not know would stop it for ever if it stood in JSON
        Answer refused = client().get(POLL);
        assertLater(refused, 503, "too many long-poll sessions");
        assertThat(refused.headers()).containsEntry("access-control-allow-origin", "*");
        assertThat(test.endpoint.limitCounts()).containsEntry(Limit.LONG_POLL_SESSIONS, 1L);
        assertThat(upgrade().status()).isEqualTo(101);
        assertLater(upgrade(), 503, "too many connections");
        assertThat(test.asked).hasSize(2);
    }

    @Test
    void aSessionThatHasEndedGivesItsSeatBack() {
        TestServer test = start(
                ServerLimits.builder().maxConnections(1), server -> server.longPoll(polling(Duration.ofMillis(100))));
        for (int i = 0; i < 3; i++) {
            assertThat(client().get(POLL).body()).contains("\"status\":410");
            awaitConnections(0);
            assertThat(test.server.stats().sessions()).isZero();
        }
    }

    private static ConnectResult waitFor(CountDownLatch latch) {
        try {
            latch.await();
            return ConnectResult.ok();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void seatsAreFreeAgainWithoutOtherTraffic() {
        TestServer test = start(
                ServerLimits.builder().handshakeTimeout(Duration.ofMillis(300)).maxConnections(50),
                server -> server.webSocket(WebSocketOptions.builder()
                        .idleTimeout(Duration.ofMillis(300))
                        .closeTimeout(Duration.ofMillis(300))
                        .build()));
        for (int i = 0; i < 50; i++) {
            assertThat(upgrade().status()).isEqualTo(101);
            client().send("GET /socket/webso".getBytes(StandardCharsets.US_ASCII));
        }
        awaitConnections(0);
        await().untilAsserted(() ->
                assertThat(test.server.stats().pendingConnections()).isZero());
        assertThat(clients).allSatisfy(client -> assertThat(client.skip(1000)).isLessThan(1000)); // up to the end
    }
}
