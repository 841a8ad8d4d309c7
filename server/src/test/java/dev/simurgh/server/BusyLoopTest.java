package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.BacklogLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A server with two event loops: a client on one of them broadcasts as fast as it is read, to many on the other. Bounded in the number of
 * messages.
 */
@Timeout(120)
class BusyLoopTest {
    private static final int MESSAGES = 20_000;
    private static final int SUBSCRIBERS = 100;
    private static final int ECHOES = 20;
    private static final byte[] SAY = frame("[\"1\",\"2\",\"load:a\",\"say\",{\"s\":\"" + "x".repeat(100) + "\"}]");
    /** A header of 4 bytes, as for all messages between 126 and 64 Ki. */
    private static final long SAID_BYTES =
            4L + ("[null,null,\"load:a\",\"said\",{\"s\":\"" + "x".repeat(100) + "\"}]").length();

    private final CountDownLatch paused = new CountDownLatch(1);
    private final AtomicLong behindBytes = new AtomicLong();
    private final AtomicLong received = new AtomicLong();

    private final Endpoint endpoint = Endpoint.builder()
            .listener(new EndpointListener() {
                @Override
                public void behind(long bytes) {
                    behindBytes.accumulateAndGet(bytes, Math::max);
                }

                @Override
                public void paused(String mount, String transport, PauseCause cause) {
                    paused.countDown();
                }
            })
            .codec(new JacksonCodec())
            .socket(
                    "/socket",
                    SocketSpec.builder().channel("load:*", load()).quiet().build())
            .build();

    private ChannelSpec<Object> load() {
        return ChannelSpec.builder(Object::new)
                .handleIn("say", Payload.class, (channel, payload, socket) -> {
                    socket.broadcastFrom("said", payload);
                    return Result.noReply();
                })
                .handleIn("echo", Payload.class, (channel, payload, socket) -> Result.ok(payload))
                .handleIn(
                        "loop",
                        Payload.class,
                        (channel, payload, socket) ->
                                Result.ok(Map.of("name", Thread.currentThread().getName())))
                .handleIn("stand still", Payload.class, (channel, payload, socket) -> {
                    paused.await(60, TimeUnit.SECONDS); // so that this loop is behind, however fast it is
                    return Result.noReply();
                })
                .nonBlocking()
                .quiet()
                .build();
    }

    private static byte[] frame(String text) {
        return RawClient.frame(RawClient.FIN | RawClient.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String loopOf(RawClient client, String topic) {
        client.text("[\"1\",\"1\",\"" + topic + "\",\"phx_join\",{}]").read();
        String reply = client.text("[\"1\",\"2\",\"" + topic + "\",\"loop\",{}]")
                .read()
                .text();
        return reply.substring(reply.indexOf("simurgh-loop"));
    }

    private static RawClient client(Server server, Socket socket) {
        RawClient client = new RawClient(socket, server.port(), 0);
        assertThat(client.upgrade(TestServer.TARGET).status()).isEqualTo(101);
        return client;
    }

    /** Connects until there is one on another loop than that, or on that one. */
    private static RawClient client(Server server, String topic, String loop, boolean there) {
        while (true) {
            RawClient client = client(server, new Socket());
            if (loopOf(client, topic).equals(loop) == there) {
                return client;
            }
            client.close();
        }
    }

    private void subscribe(Server server, String home, Selector selector) throws IOException {
        int subscribers = 0;
        while (subscribers < SUBSCRIBERS) {
            SocketChannel socket = SocketChannel.open();
            if (loopOf(client(server, socket.socket()), "load:a").equals(home)) {
                socket.close();
            } else {
                socket.configureBlocking(false);
                socket.register(selector, SelectionKey.OP_READ);
                subscribers++;
            }
        }
    }

    private void readAll(Selector selector) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        try {
            while (selector.isOpen()) {
                selector.select(key -> read((SocketChannel) key.channel(), buffer));
            }
        } catch (IOException | ClosedSelectorException e) {
            // the test is over
        }
    }

    private static void closeAll(Selector selector) throws IOException {
        List<SelectionKey> keys = List.copyOf(selector.keys());
        selector.close(); // first, or the reader would find them closed
        for (SelectionKey key : keys) {
            key.channel().close();
        }
    }

    private void read(SocketChannel socket, ByteBuffer buffer) {
        try {
            received.addAndGet(Math.max(0, socket.read(buffer.clear())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aPublisherAtFullSpeedFillsNothingAndHoldsUpNobody() throws Exception {
        Server server =
                Server.builder(endpoint).host("127.0.0.1").port(0).eventLoops(2).start();
        try (RawClient publisher = client(server, new Socket());
                Selector selector = Selector.open()) {
            String home = loopOf(publisher, "load:a");
            subscribe(server, home, selector);
            RawClient other = client(server, "load:b", home, false);
            Thread reader = new Thread(() -> readAll(selector));
            reader.start();
            Thread speaker = new Thread(() -> {
                for (int i = 0; i < MESSAGES; i++) {
                    publisher.send(SAY);
                }
            });

            other.text("[\"1\",\"3\",\"load:b\",\"stand still\",{}]");
            speaker.start();
            for (int i = 0; i < ECHOES; i++) {
                assertThat(other.text("[\"1\",\"" + i + "\",\"load:b\",\"echo\",{}]")
                                .read()
                                .text())
                        .contains("\"" + i + "\"");
            }
            speaker.join();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(received).hasValue(MESSAGES * SUBSCRIBERS * SAID_BYTES));
            assertThat(paused.getCount()).isZero();
            assertThat(behindBytes.get())
                    .isPositive()
                    .isLessThan(BacklogLimits.defaults().dropBytes());
            assertThat(endpoint.droppedCount()).isZero();
            other.close();
            closeAll(selector);
            reader.join();
        } finally {
            server.close();
            endpoint.close();
        }
    }
}
