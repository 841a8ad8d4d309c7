package dev.simurgh.journal;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.journal.KeptPatterns.Kept;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.pubsub.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The topics of an endpoint whose broadcasts are kept in a {@link Journal}: stored before they are delivered, in the same order to all subscribers on
 * all nodes, each with its position, from which a client that comes back gets what it has missed.
 *
 * <pre>{@code
 * KeptTopics kept = KeptTopics.builder(journal)
 *         .keep("auction:*", Retention.builder().maxEntries(10_000).build())
 *         .build();
 * Endpoint endpoint = Endpoint.builder().part(kept)...
 * }</pre>
 *
 * <p>That goes for every broadcast to such a topic, by {@code Socket} and {@code Endpoint}, on this node or on one without a server: those
 * that cannot be stored are not delivered, counted as {@link dev.simurgh.channel.EndpointListener.Drop#NOT_KEPT}, and logged. Who must know, broadcasts
 * by the methods of this class. Not kept are {@code localBroadcast} and {@code directBroadcast}: they have no position, and no place in the order.
 * Who subscribes by {@code Endpoint.subscribe} and not as a client gets them in order, from the first on that arrives after that.
 * What is appended to the topic's stream in other ways, by the {@link Journal} itself or as the events of a durable state, is broadcast, too.
 *
 * <p>All nodes of a cluster must keep the same topics, in the same store; nodes that do otherwise say so in the log. Methods may be
 * called from any thread once the endpoint is built; none blocks. Futures complete on a thread of the journal; failures are {@link JournalException}s.
 */
public final class KeptTopics implements Part {
    private static final int MOST_KEY_CHARS = 255;

    private final Journal journal;
    private final KeptPatterns patterns;
    private final KeptOptions options;
    private volatile @Nullable Running running;

    private record Running(
            Endpoint endpoint, KeptNode node, KeptHistory history, Agreement agreement, OncePushes pushes) {
        List<Write.NewEntry> entries(String topic, OnceResult result) {
            return result.events().stream()
                    .map(event -> node.entry(endpoint.backstage().toBroadcast(topic, event.event(), event.payload())))
                    .toList();
        }
    }

    private KeptTopics(Builder builder) {
        journal = builder.journal;
        patterns = KeptPatterns.of(builder.kept);
        options = builder.options();
    }

    /** Starts with none. The journal remains the caller's, to be closed behind the endpoint. */
    public static Builder builder(Journal journal) {
        return new Builder(journal);
    }

    // Broadcasts.

    /**
     * Broadcasts to all subscribers of a kept topic, on all nodes, once it is stored.
     *
     * @return its position, or why it was not stored; {@link JournalException#outcomeUnknown} if it may have been: then it was delivered if it was
     * @throws IllegalArgumentException if the topic is not kept, or the payload neither a JSON object nor binary
     * @throws dev.simurgh.protocol.PayloadException if the payload cannot be encoded
     */
    public CompletableFuture<Position> broadcast(String topic, String event, Object payload) {
        Running now = running();
        requireKept(topic);
        return keep(now.endpoint.backstage().toBroadcast(topic, event, payload), null);
    }

    /**
     * As {@link #broadcast(String, String, Object)}, to a channel's own topic.
     *
     * @throws IllegalStateException before the join has finished
     */
    public CompletableFuture<Position> broadcast(Socket socket, String event, Object payload) {
        return keep(toBroadcast(socket, event, payload), null);
    }

    /** As {@link #broadcast(Socket, String, Object)}, but not to this channel itself. If its client resumes from an earlier position, it gets it nevertheless. */
    public CompletableFuture<Position> broadcastFrom(Socket socket, String event, Object payload) {
        return keep(
                toBroadcast(socket, event, payload),
                running().endpoint.backstage().subscriber(socket));
    }

    /**
     * As {@link #broadcast(Socket, String, Object)}, once for a key: what comes again with the same key is not broadcast, and gets the position of the
     * first. For pushes that a client sends again when it had no answer. The key is that of the socket's user, see {@link Builder#user}, in this topic, and
     * is known for {@link Builder#onceWindow}.
     *
     * @param key of the client's making, such as a UUID: 1 to 255 characters
     * @return fails with a {@link KeyReusedException} if the key was there with another event or payload, and with an {@link
     *     IllegalArgumentException} if it is missing, empty or too long
     */
    public CompletableFuture<Position> broadcastOnce(
            Socket socket, @Nullable String key, String event, Object payload) {
        Broadcast broadcast = toBroadcast(socket, event, payload);
        if (key == null || !isKey(key)) {
            return CompletableFuture.failedFuture(noKey(key));
        }
        Write.Once once = new Write.Once(
                options.user().apply(socket),
                key,
                Fingerprint.of(event, broadcast.payload()),
                Optional.empty(),
                options.onceWindow());
        return running()
                .node
                .keep(broadcast, null, Optional.of(once))
                .thenApply(written -> position(broadcast, key, written));
    }

    /**
     * Answers a push once for a key: the handler is run for the first that comes with it, and whoever comes later, to whichever node, also
     * after a crash, gets the answer of the first. What the handler broadcasts is stored together with the key and the answer: all of it or nothing.
     * Those that come while the handler is at work wait. If it throws, that is the answer of those who have asked by then, and the next is the first again. If its node
     * dies, or it takes longer, that is so after {@link Builder#onceLease}: what a handler does besides is done at least once, and only what it gives back once.
     *
     * @param key as for {@link #broadcastOnce}
     * @param request what the client has sent, to tell another request under the same key from a repetition
     * @param handler called on the endpoint's scheduler, where it may block
     * @return fails with what the handler has thrown, and as {@link #broadcastOnce}
     */
    public CompletableFuture<OnceAnswer> once(
            Socket socket, @Nullable String key, Object request, Callable<OnceResult> handler) {
        Running now = running();
        requireKept(socket.topic());
        if (key == null || !isKey(key)) {
            return CompletableFuture.failedFuture(noKey(key));
        }
        Payload asked = Payload.of(request).encoded(now.endpoint.codec());
        return now.pushes.once(
                socket.topic(),
                options.user().apply(socket),
                key,
                Fingerprint.of("once", asked),
                Pending.bytes(asked),
                result -> now.entries(socket.topic(), result),
                handler);
    }

    private static boolean isKey(String key) {
        return !key.isEmpty() && key.length() <= MOST_KEY_CHARS && key.indexOf('\0') < 0;
    }

    private static IllegalArgumentException noKey(@Nullable String key) {
        String what = key == null ? "missing" : key.length() + " characters";
        return new IllegalArgumentException(
                "key: " + what + " (expected: 1 to " + MOST_KEY_CHARS + " characters, without U+0000)");
    }

    private Broadcast toBroadcast(Socket socket, String event, Object payload) {
        Running now = running();
        requireKept(socket.topic());
        return now.endpoint.backstage().toBroadcast(socket, event, payload);
    }

    private CompletableFuture<Position> keep(Broadcast broadcast, @Nullable Subscriber from) {
        return running()
                .node
                .keep(broadcast, from, Optional.empty())
                .thenApply(written -> position(broadcast, "", written));
    }

    private static Position position(Broadcast broadcast, String key, Written written) {
        if (written instanceof Written.Repeated repeated) {
            return repeated.last();
        }
        if (written instanceof Written.KeyReused) {
            throw new KeyReusedException(key);
        }
        return Journal.position(broadcast.topic(), written);
    }

    private void requireKept(String topic) {
        if (patterns.of(topic) == null) {
            throw new IllegalArgumentException(
                    "topic: " + topic + " (expected: one that KeptTopics.Builder.keep has a pattern for)");
        }
    }

    // Acknowledgements.

    /**
     * Notes that the user of a socket has everything of its topic up to a position, as when its client has pushed its latest one. The user is {@link
     * Builder#user}. It never goes back.
     *
     * @return whether it is a position of the topic's history; fails if it could not be stored
     * @throws IllegalStateException if the socket has no user
     */
    public CompletableFuture<Boolean> acknowledge(Socket socket, @Nullable String position) {
        String user = options.user().apply(socket);
        if (user.isEmpty()) {
            throw new IllegalStateException(
                    "acknowledge: a socket without a user (expected: SocketSpec.Builder.id, or KeptTopics.Builder.user)");
        }
        return acknowledge(socket.topic(), user, position);
    }

    /** As {@link #acknowledge(Socket, String)}, for a consumer that has a name, such as one of {@link Retention.Builder#untilAcknowledgedBy}. */
    public CompletableFuture<Boolean> acknowledge(String topic, String consumer, @Nullable String position) {
        Running now = running();
        requireKept(topic);
        Optional<Position> since = Optional.ofNullable(position).flatMap(Position::parse);
        if (since.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        return now.history
                .standing(topic, since)
                .thenCompose(standing -> standing.since() == Verdict.UNKNOWN
                        ? CompletableFuture.completedFuture(false)
                        : journal.write(new Write.Acknowledge(
                                        topic, consumer, since.get().offset()))
                                .thenApply(done -> true));
    }

    /** Tells up to which offset each user or consumer has everything of a topic. */
    public CompletableFuture<Map<String, Long>> acknowledged(String topic) {
        requireKept(topic);
        return journal.acknowledged(topic);
    }

    /** What has happened on this node so far; all zero before the endpoint is built. */
    public KeptStats stats() {
        Running now = running;
        return now == null
                ? new KeptStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                : now.node.stats(now.pushes.refused.sum());
    }

    /** Tells whether the broadcasts of a topic are kept. */
    public boolean keeps(String topic) {
        return patterns.of(topic) != null;
    }

    // As a part.

    @Override
    public List<Metric> metrics() {
        Running now = running();
        return KeptMetrics.of(now.node, now.pushes.refused);
    }

    /**
     * Of a kept topic that has subscribers here, the {@code position} of what was delivered last, and what of it is in memory: {@code tail_entries}, from {@code tail_first} on,
     * and {@code early_bytes} that wait for something in front of them. The journal is not asked.
     */
    @Override
    public Map<String, String> about(String topic) {
        return running().node.about(topic);
    }

    @Override
    public synchronized void start(Endpoint endpoint) {
        if (running != null) {
            throw new IllegalStateException("kept topics: part of two endpoints (expected: one KeptTopics for each)");
        }
        KeptNode node = new KeptNode(journal, patterns, options, endpoint);
        Running now = new Running(
                endpoint,
                node,
                new KeptHistory(node),
                new Agreement(endpoint.node(), journal, patterns),
                new OncePushes(
                        journal,
                        endpoint.scheduler(),
                        endpoint.codec(),
                        options.onceWindow(),
                        options.onceLease(),
                        options.maxOnceBytes()));
        running = now;
        journal.retain(patterns::retention);
        journal.onStored(node::stored);
        endpoint.backstage().keepWith(now.history);
        endpoint.pubsub().keepWith(node);
        now.agreement.start();
    }

    /** Takes nothing more, and waits until what was taken is stored, for as long as the journal takes at most. */
    @Override
    public void stop() {
        Running now = running();
        now.agreement.stop();
        now.node.stop();
    }

    /** What those get who join; null before the start. */
    @Nullable
    KeptHistory history() {
        Running now = running;
        return now == null ? null : now.history;
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("kept topics: not started (expected: Endpoint.builder().part(kept))");
        }
        return now;
    }

    /** Collects which topics are kept, and how. */
    public static final class Builder {
        private final Journal journal;
        private final List<Kept> kept = new ArrayList<>();
        private Duration gapWait = Duration.ofMillis(50);
        private Duration checkEvery = Duration.ofSeconds(5);
        private long maxTailBytes = 32 << 20;
        private long maxEarlyBytes = 1 << 20;
        private Duration onceWindow = Duration.ofHours(24);
        private Duration onceLease = Duration.ofSeconds(30);
        private long maxOnceBytes = 16 << 20;
        private Function<Socket, String> user = socket -> socket.id().orElse("");

        private Builder(Journal journal) {
            this.journal = Objects.requireNonNull(journal, "journal");
        }

        /**
         * Keeps topics.
         *
         * @param pattern as that of a route: a topic, or what it starts with and {@code *}. The first that matches counts
         * @throws IllegalArgumentException if the star is elsewhere, or the retention compacts: that needs keys
         */
        public Builder keep(String pattern, Retention retention) {
            if (retention.isCompacted()) {
                throw new IllegalArgumentException(
                        "retention of " + pattern + ": " + retention
                                + " (expected: keep(pattern, retention, key), to know which broadcast takes the place of which)");
            }
            kept.add(KeptPatterns.kept(pattern, retention, broadcast -> Optional.empty()));
            return this;
        }

        /**
         * Keeps topics that are {@linkplain Retention.Builder#compacted compacted}.
         *
         * @param key tells what a broadcast is about: it takes the place of earlier ones of that key; empty if of none. Called on the thread that broadcasts
         * @throws IllegalArgumentException if the retention does not compact
         */
        public Builder keep(String pattern, Retention retention, Function<Broadcast, Optional<String>> key) {
            if (!retention.isCompacted()) {
                throw new IllegalArgumentException("retention of " + pattern + ": " + retention
                        + " with keys (expected: Retention.builder().compacted())");
            }
            kept.add(KeptPatterns.kept(pattern, retention, Objects.requireNonNull(key, "key")));
            return this;
        }

        /**
         * How long a broadcast that came before one that belongs in front of it waits for that, before the journal is asked; default 50 ms.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder gapWait(Duration wait) {
            gapWait = positive("gapWait", wait);
            return this;
        }

        /**
         * How often the journal is asked where the topics stand that have subscribers here, all in one question; default 5 s. So long may the last
         * message of a topic be missing if another node's broadcast was lost, or if nodes share a store and no cluster.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder checkEvery(Duration interval) {
            checkEvery = positive("checkEvery", interval);
            return this;
        }

        /**
         * How much memory the latest broadcasts of all topics may take, from which those who come back are served without the journal; default
         * 32 MiB. If there are more, the oldest go.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxTailBytes(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("maxTailBytes: " + bytes + " (expected: at least 0)");
            }
            maxTailBytes = bytes;
            return this;
        }

        /**
         * How much of one topic may wait for a broadcast that belongs in front of it; default 1 MiB. What is more is read from the journal later.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxEarlyBytes(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("maxEarlyBytes: " + bytes + " (expected: at least 0)");
            }
            maxEarlyBytes = bytes;
            return this;
        }

        /**
         * For how long the key of a push is known; default 24 h.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder onceWindow(Duration window) {
            onceWindow = positive("onceWindow", window);
            return this;
        }

        /**
         * For how long the handler of a push has its key, before somebody else may have it, since its node may have died; default 30 s. Longer than a handler takes.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder onceLease(Duration lease) {
            onceLease = positive("onceLease", lease);
            return this;
        }

        /**
         * How many bytes of pushes with a key may be with {@link KeptTopics#once} at the same time on this node, each counted as 1 KiB and its request; one that comes when there are more is
         * refused at once. Default 16 MiB.
         *
         * @throws IllegalArgumentException if it is less than 1,024
         */
        public Builder maxOnceBytes(long bytes) {
            if (bytes < 1_024) {
                throw new IllegalArgumentException("maxOnceBytes: " + bytes + " (expected: at least 1024)");
            }
            maxOnceBytes = bytes;
            return this;
        }

        /**
         * Tells whose a socket is, for keys and acknowledgements; default {@link Socket#id}, or nobody's: clients without an id share their keys, and so
         * should send keys that nobody guesses.
         */
        public Builder user(Function<Socket, String> whose) {
            user = Objects.requireNonNull(whose, "user");
            return this;
        }

        private static Duration positive(String name, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(name + ": " + duration + " (expected: more than nothing)");
            }
            return duration;
        }

        private KeptOptions options() {
            return new KeptOptions(
                    gapWait, checkEvery, maxTailBytes, maxEarlyBytes, onceWindow, onceLease, maxOnceBytes, user);
        }

        /**
         * Makes it.
         *
         * @throws IllegalArgumentException if a pattern comes behind one that matches all its topics
         */
        public KeptTopics build() {
            return new KeptTopics(this);
        }
    }
}
