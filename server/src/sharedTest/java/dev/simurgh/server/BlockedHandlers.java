package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Channels whose callbacks wait, as for a database, a thousand at the same time; and clients that are answered meanwhile. That so many wait at once
 * shows that none of them holds the thread that carries it: there are as many of those as processors.
 */
public final class BlockedHandlers {
    private static final String TARGET = "/socket/websocket?vsn=2.0.0";
    private static final boolean VIRTUAL = Runtime.version().feature() >= 21;
    private static final int CLIENTS = 10;
    private static final int CHANNELS =
            VIRTUAL ? 100 : 50; // of each client: the scheduler of older versions has 512 threads
    private static final int ALL = CLIENTS * CHANNELS;

    /** Where callbacks wait until all are there and somebody lets them go; it stays open then. */
    private static final class Gate {
        private final CountDownLatch expected;
        private final CountDownLatch open = new CountDownLatch(1);

        Gate(int expected) {
            this.expected = new CountDownLatch(expected);
        }

        void pass() {
            expected.countDown();
            await(open);
        }

        private static void await(CountDownLatch latch) {
            try {
                if (!latch.await(20, TimeUnit.SECONDS)) {
                    throw new AssertionError("waited in vain, for " + latch);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private final Set<Boolean> virtual = ConcurrentHashMap.newKeySet();
    private final List<RawClient> clients = new ArrayList<>();
    private volatile Gate gate = new Gate(0);

    private final class BlockedChannel {
        private int turn;

        JoinResult join(Socket socket) {
            pass();
            return JoinResult.ok();
        }

        Result query(Payload asked, Socket socket) {
            pass();
            return Result.ok(Map.of("turn", ++turn));
        }

        Result tell(Payload news, Socket socket) {
            socket.broadcast("news", news);
            return Result.noReply();
        }

        void news(Payload news, Socket socket) {
            pass();
            socket.push("news", news);
        }
    }

    private void pass() {
        virtual.add(Thread.currentThread().toString().startsWith("VirtualThread"));
        gate.pass();
    }

    /** An endpoint whose callbacks wait. */
    public Endpoint endpoint() {
        ChannelSpec<BlockedChannel> blocked = ChannelSpec.builder(BlockedChannel::new)
                .join(BlockedChannel::join)
                .handleIn("query", Payload.class, BlockedChannel::query)
                .handleIn("tell", Payload.class, BlockedChannel::tell)
                .handleOut("news", Payload.class, (channel, news, socket) -> {
                    channel.news(news, socket);
                    return Result.noReply();
                })
                .terminate((channel, reason, socket) -> pass())
                .quiet()
                .build();
        SocketSpec.Builder socket = SocketSpec.builder()
                .connect(request -> {
                    pass();
                    return ConnectResult.ok();
                })
                .channel("room:*", blocked)
                .quiet();
        return Endpoint.builder()
                .codec(JacksonCodec.create())
                .socket("/socket", socket.build())
                .build();
    }

    /** Has connects, joins, handlers and terminates of clients of this port wait, and looks who else does. */
    public void check(int port) {
        try {
            gate.open.countDown();
            clients.add(RawClient.webSocket(port, TARGET));
            connects(port);
            joins();
            queries();
            broadcasts();
            leaves();
            assertThat(virtual).containsExactly(VIRTUAL);
        } finally {
            gate.open.countDown();
            clients.forEach(RawClient::close);
        }
    }

    private void connects(int port) {
        gate = new Gate(CLIENTS - 1);
        List<RawClient> connecting = new ArrayList<>();
        for (int i = 1; i < CLIENTS; i++) {
            RawClient client = new RawClient(port);
            client.send(RawClient.upgradeRequest(TARGET).getBytes(StandardCharsets.US_ASCII));
            connecting.add(client);
        }
        letGoWhenAllAreHeld();
        connecting.forEach(client -> assertThat(client.answer(false).status()).isEqualTo(101));
        clients.addAll(connecting);
    }

    private void joins() {
        gate = new Gate(ALL);
        say(room -> "[\"" + room + "\",\"j\",\"room:" + room + "\",\"phx_join\",{}]");
        letGoWhenAllAreHeld();
        clients.forEach(client -> {
            for (int i = 0; i < CHANNELS; i++) {
                assertThat(client.read().text()).contains("\"j\"", "\"status\":\"ok\"");
            }
        });
    }

    /** Two for each channel, which handles them one behind the other. */
    private void queries() {
        gate = new Gate(ALL);
        for (int turn = 1; turn <= 2; turn++) {
            String ref = "q" + turn;
            say(room -> "[\"" + room + "\",\"" + ref + "\",\"room:" + room + "\",\"query\",{}]");
        }
        letGoWhenAllAreHeld();
        clients.forEach(client -> {
            int[] turns = new int[ALL];
            for (int i = 0; i < 2 * CHANNELS; i++) {
                String reply = client.read().text();
                int turn = ++turns[Integer.parseInt(reply.substring(2, reply.indexOf('"', 2)))];
                assertThat(reply).contains("\"q" + turn + "\"", "{\"turn\":" + turn + "}");
            }
        });
    }

    private void broadcasts() {
        gate = new Gate(ALL);
        say(room -> "[\"" + room + "\",\"t\",\"room:" + room + "\",\"tell\",{}]");
        letGoWhenAllAreHeld();
        clients.forEach(client -> {
            for (int i = 0; i < CHANNELS; i++) {
                assertThat(client.read().text()).contains("\"news\"");
            }
        });
    }

    private void leaves() {
        gate = new Gate(ALL);
        say(room -> "[\"" + room + "\",\"l\",\"room:" + room + "\",\"phx_leave\",{}]");
        letGoWhenAllAreHeld();
    }

    /** Each client, on each of its channels. */
    private void say(IntFunction<String> frame) {
        for (int i = 0; i < ALL; i++) {
            clients.get(i % CLIENTS).text(frame.apply(i));
        }
    }

    private void letGoWhenAllAreHeld() {
        Gate closed = gate;
        Gate.await(closed.expected);
        for (RawClient client : clients) {
            client.text("[null,\"h\",\"phoenix\",\"heartbeat\",{}]");
            String answer = client.read().text();
            while (answer.contains("\"l\"")
                    || answer.contains("phx_close")) { // what leaves is answered before it has ended
                answer = client.read().text();
            }
            assertThat(answer).startsWith("[null,\"h\",\"phoenix\"");
        }
        assertThat(closed.open.getCount()).isOne();
        closed.open.countDown();
    }
}
