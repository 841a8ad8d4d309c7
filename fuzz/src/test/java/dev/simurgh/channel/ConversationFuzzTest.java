package dev.simurgh.channel;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Connection;
import dev.simurgh.channel.spi.Handshake;
import dev.simurgh.channel.spi.History;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.channel.spi.Transport;
import dev.simurgh.fuzz.Strangers;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Serializer;
import dev.simurgh.protocol.Serializers;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.EventLoop;
import dev.simurgh.pubsub.ManualLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Any bytes as the messages of one client, in both versions: joins, pushes and leaves in any order. What it is sent is JSON, nothing is
 * thrown, and nothing is left of it at the end.
 *
 * <p>{@link #BETWEEN} and {@link #IN_A_ROW} stand between two messages; behind the first one all that can run does. A message
 * is binary if its first byte is no printable character.
 */
class ConversationFuzzTest {
    private static final byte BETWEEN = 0x1e;
    private static final byte IN_A_ROW = 0x1f;
    private static final ObjectMapper JACKSON = new ObjectMapper();

    private static final Queue<Runnable> TASKS = new ArrayDeque<>();
    private static final ManualLoop LOOP = new ManualLoop();
    private static final CountedTimers TIMERS = new CountedTimers();
    private static final Endpoint ENDPOINT = Endpoint.builder()
            .codec(new JacksonCodec())
            .scheduler(TASKS::add)
            .timers(TIMERS)
            .socket(
                    "/socket",
                    SocketSpec.builder()
                            .id(assigns -> "everybody")
                            .channel("room:*", room().build())
                            .channel("loop:*", room().nonBlocking().build())
                            .channel("kept:*", room().build())
                            .quiet()
                            .build())
            .build();

    static {
        ENDPOINT.backstage().keepWith(new ThreeKept());
    }

    /** Each kept topic has the same three broadcasts. */
    private static final class ThreeKept implements History {
        private static List<Broadcast> all(String topic) {
            return List.of(
                    Broadcast.of(topic, "said", Payload.EMPTY).at("e:1"),
                    Broadcast.of(topic, "bytes", Payload.binary(new byte[] {1})).at("e:2"),
                    Broadcast.of(topic, "shout", Payload.EMPTY).at("e:3"));
        }

        @Override
        public boolean keeps(String topic) {
            return topic.startsWith("kept:") && topic.length() < 200;
        }

        @Override
        public CompletableFuture<Start> start(String topic, Optional<String> since) {
            boolean known = since.equals(Optional.of("e:0"));
            return CompletableFuture.completedFuture(
                    new Start(known ? "e:0" : "e:3", known ? 0 : 3, since.map(given -> known)));
        }

        @Override
        public CompletableFuture<Slice> read(String topic, long after, int maxBytes) {
            return CompletableFuture.completedFuture(new Slice(all(topic).subList((int) after, 3), 3, true, false));
        }
    }

    record Text(String text) {}

    private static ChannelSpec.Builder<Object> room() {
        return ChannelSpec.builder(Object::new)
                .join((channel, socket) -> {
                    socket.sendAfter(Duration.ofHours(1), "never");
                    return JoinResult.ok();
                })
                .handleIn("echo", Payload.class, (channel, payload, socket) -> Result.ok(payload))
                .handleIn("text", Text.class, (channel, text, socket) -> Result.ok(text))
                .handleIn("shout", Payload.class, (channel, payload, socket) -> {
                    if (!(payload instanceof Payload.Json json)
                            || json.isObject()) { // all else is the channel's mistake
                        socket.broadcast("shout", payload);
                    }
                    return Result.noReply();
                })
                .handleIn("stop", (channel, socket) -> Result.stop())
                .handleOut("shout", Payload.class, (channel, payload, socket) -> {
                    socket.push("shout", payload);
                    return Result.noReply();
                })
                .handleInfo(String.class, (channel, never, socket) -> Result.noReply())
                .quiet();
    }

    @FuzzTest
    void conversation(byte[] data) {
        for (Serializer serializer : List.of(Serializers.V1, Serializers.V2)) {
            converse(serializer, data);
        }
        Strangers.assertNoErrorLogged();
    }

    private static void converse(Serializer serializer, byte[] data) {
        var backstage = ENDPOINT.backstage();
        Handshake.Accepted accepted = backstage.accept(
                backstage.mount("/socket").orElseThrow(), serializer, Assigns.EMPTY, Optional.of("everybody"));
        Checked transport = new Checked();
        LOOP.turn(() -> transport.opened(accepted.open(transport)));
        int start = 0;
        for (int i = 0; i <= data.length; i++) {
            if (i == data.length || data[i] == BETWEEN || data[i] == IN_A_ROW) {
                transport.receive(Arrays.copyOfRange(data, start, i));
                start = i + 1;
                if (i == data.length || data[i] == BETWEEN) {
                    settle();
                }
            }
        }
        LOOP.turn(transport::end);
        settle();
        if (ENDPOINT.connectionCount() != 0 || ENDPOINT.channelCount() != 0 || !TIMERS.waiting.isEmpty()) {
            throw new AssertionError(ENDPOINT.connectionCount() + " connections, " + ENDPOINT.channelCount()
                    + " channels, " + TIMERS.waiting.size() + " timers");
        }
    }

    private static void settle() {
        boolean more = true;
        while (more) {
            Runnable task = TASKS.poll();
            if (task != null) {
                task.run();
            }
            more = LOOP.runOne() || task != null;
        }
    }

    /** A transport that reads what it sends. */
    private static final class Checked implements Transport {
        private Optional<Connection> connection = Optional.empty();
        private boolean closed;

        void opened(Connection open) {
            connection = Optional.of(open);
        }

        void receive(byte[] message) {
            if (!closed) {
                Connection open = connection.orElseThrow();
                LOOP.turn(() -> {
                    if (message.length > 0 && message[0] >= 0 && message[0] < ' ') {
                        open.binaryReceived(message, 0, message.length);
                    } else {
                        open.textReceived(message, 0, message.length);
                    }
                });
            }
        }

        void end() {
            connection.orElseThrow().transportClosed();
        }

        @Override
        public String name() {
            return "fuzz";
        }

        @Override
        public EventLoop eventLoop() {
            return LOOP;
        }

        @Override
        public void send(Frame frame) {
            if (closed) {
                throw new AssertionError("sent behind the close");
            }
            try {
                if (!frame.binary()) {
                    JACKSON.readTree(frame.bytes());
                }
            } catch (IOException e) {
                throw new AssertionError("sent what is no JSON", e);
            }
        }

        @Override
        public void sendShared(Frame frame) {
            send(frame);
        }

        @Override
        public void close(int code, String reason) {
            closed = true;
        }

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}
    }

    /** Time stands still. */
    private static final class CountedTimers implements Timers {
        final Set<Object> waiting = new HashSet<>();

        @Override
        public Runnable schedule(Duration delay, Runnable task) {
            Object timer = new Object();
            if (!task.getClass()
                    .getName()
                    .startsWith(ClientLog.class.getName())) { // those of the log are one of a kind
                waiting.add(timer);
            }
            return () -> waiting.remove(timer);
        }

        @Override
        public long nanoTime() {
            return 0;
        }
    }
}
