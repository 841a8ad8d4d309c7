package dev.simurgh.journal;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener;
import dev.simurgh.channel.spi.History;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.SerialLoop;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.Subscription;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** An endpoint with kept topics, whose time, threads and cluster are the test's. */
final class KeptRig implements AutoCloseable {
    static final Payload ONE = Payload.json("{\"n\":1}");

    final ManualTime time;
    final Journal journal;
    final KeptTopics kept;
    final Endpoint endpoint;
    final ManualCluster cluster = new ManualCluster();
    final List<EndpointListener.Drop> drops = new ArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.simurgh");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final SerialLoop loop;

    KeptRig(ManualTime time, Store store, Consumer<KeptTopics.Builder> options) {
        this.time = time;
        lines.start();
        logger.addAppender(lines);
        loop = SerialLoop.on(time);
        journal = Journal.builder(store).timers(time).executor(time).build();
        KeptTopics.Builder builder = KeptTopics.builder(journal);
        options.accept(builder);
        kept = builder.build();
        endpoint = Endpoint.builder()
                .cluster(cluster)
                .codec(new NoCodec())
                .timers(time)
                .scheduler(time)
                .listener(new EndpointListener() {
                    @Override
                    public void dropped(Drop kind) {
                        drops.add(kind);
                    }
                })
                .part(kept)
                .build();
        time.run();
    }

    static KeptRig of(Retention retention) {
        ManualTime time = new ManualTime();
        return new KeptRig(time, MemoryStore.builder().timers(time).build(), kept -> kept.keep("room:*", retention));
    }

    static KeptRig simple() {
        return of(Retention.forever());
    }

    History history() {
        return Objects.requireNonNull(kept.history());
    }

    /** Subscribes, and has what is delivered in a list. */
    Inbox subscribe(String topic) {
        Inbox inbox = new Inbox();
        inbox.subscription = endpoint.pubsub().subscribe(topic, loop, inbox);
        time.run();
        return inbox;
    }

    CompletableFuture<Position> put(String topic, int n) {
        CompletableFuture<Position> position = kept.broadcast(topic, "put", payload(n));
        time.run();
        return position;
    }

    static Payload payload(int n) {
        return Payload.json("{\"n\":" + n + "}");
    }

    History.Start start(String topic, String since) {
        return done(history().start(topic, Optional.of(since)));
    }

    History.Start start(String topic) {
        return done(history().start(topic, Optional.empty()));
    }

    History.Slice read(String topic, long after) {
        return done(history().read(topic, after, 1 << 20));
    }

    <T> T done(CompletableFuture<T> future) {
        time.run();
        if (!future.isDone()) {
            throw new AssertionError("no answer yet");
        }
        return future.join();
    }

    void pass(Duration duration) {
        time.pass(duration);
    }

    List<String> lines() {
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(lines);
        endpoint.pubsub().close();
    }

    /** What a subscriber got: offsets, or events of what has none. */
    static final class Inbox implements Subscriber {
        final List<Broadcast> all = new ArrayList<>();

        @Nullable
        Subscription subscription;

        @Override
        public void deliver(Broadcast broadcast) {
            all.add(broadcast);
        }

        @Override
        public void rewound() {
            all.add(Broadcast.of("any", "rewound", Payload.EMPTY));
        }

        Subscription subscription() {
            return Objects.requireNonNull(subscription);
        }

        List<Long> offsets() {
            return all.stream().map(Broadcast::offset).toList();
        }

        List<String> events() {
            return all.stream().map(Broadcast::event).toList();
        }
    }

    /** Other nodes are the test. */
    static final class ManualCluster implements ClusterAdapter {
        final List<Broadcast> sent = new ArrayList<>();
        final List<String> messages = new ArrayList<>();
        final List<NodeId> others = new ArrayList<>();

        @Nullable
        Receiver receiver;

        @Override
        public NodeId self() {
            return new NodeId("here@test", 1);
        }

        @Override
        public List<NodeId> nodes() {
            return others;
        }

        @Override
        public void start(Receiver theirs) {
            receiver = theirs;
        }

        Receiver receiver() {
            return Objects.requireNonNull(receiver);
        }

        @Override
        public void broadcast(Broadcast broadcast) {
            sent.add(broadcast);
        }

        @Override
        public boolean directBroadcast(String node, Broadcast broadcast) {
            return false;
        }

        @Override
        public boolean send(NodeId to, String kind, byte[] message) {
            messages.add(kind + " " + new String(message, java.nio.charset.StandardCharsets.UTF_8));
            return true;
        }

        @Override
        public void close() {}
    }

    static final class NoCodec implements PayloadCodec {
        @Override
        public byte[] encode(Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object decode(byte[] json, int offset, int length, Type type) {
            throw new UnsupportedOperationException();
        }
    }
}
