package dev.simurgh.conformance;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.ExpiryWarning;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.server.Server;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.SocketOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A page on phoenix.js keeps its connection by fresh tokens, and without one comes back with a fresh one; the hours are the test's. */
@Timeout(60)
class RenewalTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Assigns.Key<String> TOKEN = Assigns.key("token");

    record Fresh(String token) {}

    /** Time that passes when the test says so. */
    private static final class Hours implements Timers {
        private record Due(long nanos, Runnable task) {}

        private final PriorityQueue<Due> waiting = new PriorityQueue<>(Comparator.comparingLong(Due::nanos));
        private long now;

        @Override
        public synchronized Runnable schedule(Duration delay, Runnable task) {
            Due due = new Due(now + delay.toNanos(), task);
            waiting.add(due);
            return () -> cancel(due);
        }

        private synchronized void cancel(Due due) {
            waiting.remove(due);
        }

        @Override
        public synchronized long nanoTime() {
            return now;
        }

        synchronized void advance(Duration by) {
            now += by.toNanos();
            while (!waiting.isEmpty() && waiting.peek().nanos <= now) {
                waiting.remove().task.run();
            }
        }
    }

    private final Hours clock = new Hours();
    private final Set<String> shown = ConcurrentHashMap.newKeySet(); // each is good for one connect
    private final Endpoint endpoint = Endpoint.builder()
            .codec(JacksonCodec.create())
            .timers(clock)
            .socket(
                    "/socket",
                    SocketSpec.builder()
                            .connect(request -> request.info()
                                    .authToken()
                                    .filter(shown::add)
                                    .map(token -> ConnectResult.ok(Assigns.of(TOKEN, token))
                                            .expiresIn(HOUR))
                                    .orElse(ConnectResult.refuse("a token that was shown before")))
                            .channel("session", session())
                            .build())
            .build();

    private static ChannelSpec<Object> session() {
        return ChannelSpec.builder(Object::new)
                .join((channel, socket) ->
                        JoinResult.ok(Map.of("user", socket.assigns().get(TOKEN))))
                .handleInfo(ExpiryWarning.class, (channel, warning, socket) -> {
                    socket.push("expires", Map.of("seconds", warning.left().toSeconds()));
                    return Result.noReply();
                })
                .handleIn("renew", Fresh.class, (channel, fresh, socket) -> {
                    socket.renew(HOUR);
                    return Result.ok();
                })
                .build();
    }

    @ParameterizedTest
    @CsvSource({"websocket, 3000", "longpoll, ''" // whichever of the poll and a push hears of it first
    })
    void aPageRenewsItsConnectionAndComesBackIfItDoesNot(String transport, String code) throws Exception {
        try (Server server = Server.builder(endpoint)
                .host("127.0.0.1")
                .port(0)
                .socket(SocketOptions.builder().takeAuthToken().build())
                .longPoll(LongPollOptions.of(Tokens.of("a secret of more than twenty bytes")))
                .start()) {
            Process page = new ProcessBuilder(
                            ClientTools.node("renewal.mjs", "http://127.0.0.1:" + server.port() + "/socket", transport))
                    .directory(ClientTools.INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader said =
                    new BufferedReader(new InputStreamReader(page.getInputStream(), StandardCharsets.UTF_8))) {
                follow(said, code);
            } finally {
                page.destroy();
                page.waitFor();
                endpoint.close();
            }
        }
    }

    private void follow(BufferedReader said, String code) throws Exception {
        assertThat(said.readLine()).isEqualTo("joined token-1");
        clock.advance(ofMinutes(59));
        assertThat(said.readLine()).isEqualTo("expires 60");
        assertThat(said.readLine()).isEqualTo("renewed token-2");
        clock.advance(ofMinutes(59).minusSeconds(1)); // far behind the first end
        endpoint.broadcast("session", "idle", Map.of());
        assertThat(said.readLine()).isEqualTo("idle");
        assertThat(shown).containsExactly("token-1");
        clock.advance(ofSeconds(1));
        assertThat(said.readLine()).isEqualTo("expires 60");
        clock.advance(ofMinutes(1));
        String next = said.readLine();
        assertThat(next).startsWith("closed " + code);
        while (next.startsWith("closed")) { // over long polling it may try once more with the token that it had
            next = said.readLine();
        }
        assertThat(next).isEqualTo("joined token-3");
        assertThat(shown).containsExactlyInAnyOrder("token-1", "token-3");
    }
}
