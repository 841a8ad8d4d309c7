package dev.simurgh.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.protocol.Frame;
import dev.simurgh.protocol.Payload;
import dev.simurgh.testkit.Inbox.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** {@link ChannelBehaviours} over the kit: on the thread of the test, and on threads. The server's tests have it over a socket. */
class KitBehavioursTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(4);

    @AfterAll
    static void stop() {
        THREADS.shutdown();
    }

    @Nested
    class OnTheThreadOfTheTest extends Kit {
        OnTheThreadOfTheTest() {
            super(ChannelCase.create());
        }
    }

    @Nested
    class OnThreads extends Kit {
        OnThreads() {
            super(ChannelCase.builder().scheduler(THREADS).build());
        }
    }

    private abstract static class Kit extends ChannelBehaviours {
        private final ChannelCase chat;
        private final List<String> meant = new ArrayList<>();

        Kit(ChannelCase chat) {
            this.chat = chat;
        }

        @AfterEach
        void close() {
            List<String> told = thrownAtTheEnd();
            assertThat(told).hasSameSizeAs(meant);
            meant.forEach(message ->
                    assertThat(told).anySatisfy(line -> assertThat(line).contains(message)));
        }

        private List<String> thrownAtTheEnd() {
            try {
                chat.close();
                return List.of();
            } catch (AssertionError e) {
                return String.valueOf(e.getMessage()).lines().skip(1).toList();
            }
        }

        @Override
        protected Peer connect() {
            return new KitPeer(chat, chat.connect(socket));
        }

        @Override
        protected String connect(Map<String, ?> params) {
            String went = chat.tryConnect(socket, params).toString();
            return went.startsWith("refused")
                    ? "403"
                    : went.startsWith("crashed") ? "500" : went.startsWith("malformed") ? "400" : "ok";
        }

        @Override
        protected Endpoint endpoint() {
            return chat.endpoint();
        }

        @Override
        protected void meant(String message) {
            meant.add(message);
        }
    }

    /** Speaks with the kit's own verbs where it has them. */
    private static final class KitPeer implements Peer {
        private final ChannelCase chat;
        private final Connected client;
        private final Queue<Frame> frames = new ConcurrentLinkedQueue<>();
        private final Map<String, Join> joins = new HashMap<>();

        KitPeer(ChannelCase chat, Connected client) {
            this.chat = chat;
            this.client = client;
            client.overhear(frames::add);
        }

        @Override
        public String join(String topic, String payload) {
            Join join = client.tryJoin(topic, Payload.json(payload)).join;
            joins.put(topic, join);
            return join.ref.text();
        }

        @Override
        public String push(String topic, String event, String payload) {
            return joined(topic).push(event, Payload.json(payload)).text();
        }

        @Override
        public String push(String topic, String event, byte[] data) {
            return joined(topic).push(event, data).text();
        }

        private Joined joined(String topic) {
            Join join = Objects.requireNonNull(joins.get(topic), topic);
            return new Joined(join, new Item(Inbox.Kind.REPLY, join.ref, "ok", Payload.EMPTY), LIMIT);
        }

        @Override
        public void text(byte[] utf8) {
            client.send(Frame.text(utf8));
        }

        @Override
        public void binary(byte[] frame) {
            client.send(Frame.binary(frame));
        }

        @Override
        public String next() {
            return chat.await(LIMIT, this::polled, () -> new AssertionError("nothing came"));
        }

        private @Nullable String polled() {
            Frame frame = frames.poll();
            if (frame == null) {
                return client.closed() == null ? null : "closed " + client.closed();
            }
            return frame.toString();
        }

        @Override
        public void hangUp() {
            client.close();
        }
    }
}
