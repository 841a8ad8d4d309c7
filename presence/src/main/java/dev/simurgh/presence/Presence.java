package dev.simurgh.presence;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.JoinResult;
import dev.simurgh.channel.Socket;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.presence.PresenceOwner.Place;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.Protocol;
import dev.simurgh.pubsub.Metric;
import dev.simurgh.pubsub.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is on a topic, on all nodes of the cluster: each is present under a key, with one meta for each of its connections.
 *
 * <pre>{@code
 * Presence presence = Presence.builder().build();
 * Endpoint endpoint = Endpoint.builder().part(presence)...
 *
 * // in the channel
 * JoinResult join(Hello hello, Socket socket) {
 *     return presence.joinState(socket, hello.name(), Map.of("device", hello.device()));
 * }
 * }</pre>
 *
 * <p>Clients of a topic hear of its presences by the events {@code presence_state} and {@code presence_diff}, as those of Phoenix do; {@code Presence} of phoenix.js
 * makes a list of them. Methods may be called from any thread once the endpoint is built; none blocks.
 */
public final class Presence implements Part {
    private static final int LONGEST_META = 1 << 20;
    private static final int LARGEST_TOPIC = 256 << 20;
    private static final Duration LONGEST_GRACE = Duration.ofHours(1);

    private final PresenceOptions options;
    private volatile @Nullable Running running;

    private record Running(
            Endpoint endpoint,
            Registry registry,
            ChangeLog log,
            Replication replication,
            Tracking tracking,
            Owners owners) {}

    private Presence(PresenceOptions options) {
        this.options = options;
    }

    /** Starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    // Tracking.

    /**
     * Tracks a channel on its own topic, until it is untracked or the channel ends.
     *
     * @param key under which clients see it, such as the user's id
     * @param meta a record, a map or whatever the codec encodes as a JSON object
     * @throws IllegalArgumentException if the meta is no JSON object
     * @throws dev.simurgh.protocol.PayloadException if it cannot be encoded
     */
    public TrackResult track(Socket socket, String key, Object meta) {
        return owner(socket).track(socket.topic(), key, meta);
    }

    /** Replaces the meta of a channel on its own topic; clients get one diff, with the old one under its leaves and the new one under its joins. Throws as {@link #track}. */
    public TrackResult update(Socket socket, String key, Object meta) {
        return owner(socket).update(socket.topic(), key, meta);
    }

    /** As {@link #update(Socket, String, Object)}, by what is made of the old meta. */
    public TrackResult update(Socket socket, String key, Function<Meta, Object> change) {
        return owner(socket).update(socket.topic(), key, change);
    }

    /** Ends the tracking of a channel on its own topic. */
    public TrackResult untrack(Socket socket, String key) {
        return owner(socket).untrack(socket.topic(), key);
    }

    /** What a channel has tracked, on its own topic and on others; ends with the channel. */
    public PresenceOwner owner(Socket socket) {
        return running().owners.of(socket);
    }

    /** Makes somebody who is present and no channel, such as a job or a device; the caller's, to be closed at its end. */
    public PresenceOwner owner() {
        return running().owners.make();
    }

    /**
     * All that a channel does to show who is here, for its {@code join} to return: behind the reply it is tracked on its own topic, its client gets {@code presence_state} once, and
     * {@code presence_diff} whenever something changes. The state comes at once; the channel itself is in it, or, while much changes on the topic, in the next diff.
     *
     * <p>Its place is taken at once: if a limit has been reached, the join is refused, with the reason of {@link TrackResult.Refusal}.
     *
     * @return ok; or an error with the reason, if it cannot be tracked
     * @throws IllegalArgumentException if the meta is no JSON object
     * @throws dev.simurgh.protocol.PayloadException if it cannot be encoded
     */
    public JoinResult joinState(Socket socket, String key, Object meta) {
        return joinState(socket, key, meta, JoinResult.ok());
    }

    /** As {@link #joinState(Socket, String, Object)}, with a reply of the channel's own. If that refuses the client, nothing is tracked. */
    public JoinResult joinState(Socket socket, String key, Object meta, JoinResult accepted) {
        if (accepted instanceof JoinResult.Refused) {
            return accepted;
        }
        Running now = running();
        PresenceOwner owner = now.owners.of(socket);
        Place place = new Place(socket.topic(), key);
        TrackResult reserved = now.owners.reserve(owner, place, now.owners.encoded(meta));
        if (reserved.isOk()) {
            now.endpoint
                    .backstage()
                    .afterJoin(socket, () -> pushState(now, socket, () -> now.owners.place(owner, place)));
        }
        return reserved.orRefuse(accepted);
    }

    /**
     * Sends a channel's client the event {@code presence_state}: all who are on the channel's topic, as its clients have been told by now. It goes out behind the
     * reply to the join, at once. What was tracked before is in it, unless so much changes on the topic that this is told later: then it comes with the
     * next {@code presence_diff}.
     */
    public void pushState(Socket socket) {
        Running now = running();
        now.endpoint.backstage().afterJoin(socket, () -> pushState(now, socket, () -> {}));
    }

    private static void pushState(Running now, Socket socket, Runnable first) {
        now.registry.state(
                socket.topic(),
                first,
                all -> now.endpoint
                        .backstage()
                        .offer(socket, Protocol.PRESENCE_STATE, all)
                        .ifPresent(full -> full.whenCaughtUp(() -> pushState(now, socket, () -> {}))));
    }

    // Reading.

    /** All who are on a topic, each key with its metas: a copy, in no order. Of each key it is what is true at some moment of the call. */
    public Map<String, List<Meta>> list(String topic) {
        Running now = running();
        Room room = now.registry.room(topic);
        Map<String, List<Meta>> all = new LinkedHashMap<>();
        if (room != null) {
            room.each((key, entries) -> all.put(key, metas(now, entries)));
        }
        return all;
    }

    /** The metas of one key on a topic; none if it is not there. */
    public List<Meta> get(String topic, String key) {
        Running now = running();
        Place place = new Place(topic, key);
        Room room = now.registry.room(topic);
        return room == null ? List.of() : metas(now, room.get(place.key()));
    }

    private static List<Meta> metas(Running now, List<Entry> entries) {
        return entries.stream().map(now.tracking::meta).toList();
    }

    /** How many topics are remembered now. */
    int roomCount() {
        return running().registry.roomCount();
    }

    /** How many keys there are on a topic; takes no longer for many than for few. */
    public int count(String topic) {
        Room room = running().registry.room(topic);
        return room == null ? 0 : room.keyCount();
    }

    /**
     * What {@code presence_state} says of a topic now: who is there as far as its clients have been told, with what is {@linkplain Builder#fetch fetched}. {@link #list} has also
     * what changes right now. Completes on any thread, as soon as it is made.
     */
    public CompletableFuture<Payload> state(String topic) {
        CompletableFuture<Payload> state = new CompletableFuture<>();
        giveState(topic, state::complete);
        return state;
    }

    /** Gives somebody the state between two diffs; he must not take long. */
    void giveState(String topic, Consumer<Payload> to) {
        running().registry.state(topic, () -> {}, to);
    }

    /** What it holds and has done, on this node. */
    public PresenceStats stats() {
        Running now = running();
        return now.replication.stats(now.owners.stats(now.log.size()));
    }

    // As a part.

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public List<Metric> metrics() {
        Running now = running();
        return PresenceMetrics.of(options, now.log, now.registry, now.owners, now.replication);
    }

    /** How many keys there are on the topic, and of their metas how many are tracked on this node and on others; nothing if there are none. */
    @Override
    public Map<String, String> about(String topic) {
        Room room = running().registry.room(topic);
        if (room == null || room.entryCount() == 0) {
            return Map.of();
        }
        int own = room.ownCount();
        String of = options.name().equals(Builder.NAME) ? "" : options.name() + " ";
        Map<String, String> all = new LinkedHashMap<>();
        all.put(of + "present", String.valueOf(room.keyCount()));
        all.put(of + "metas_here", String.valueOf(own));
        all.put(of + "metas_elsewhere", String.valueOf(Math.max(0, room.entryCount() - own)));
        return all;
    }

    @Override
    public synchronized void start(Endpoint endpoint) {
        if (running != null) {
            throw new IllegalStateException("presence: part of two endpoints (expected: one Presence for each)");
        }
        NodeId self = endpoint.node().id();
        PresenceCounts counts = new PresenceCounts();
        AtomicReference<@Nullable Owners> hearing = new AtomicReference<>();
        Feeds feeds = new Feeds(endpoint, options.telling(), counts);
        Registry registry = new Registry(feeds, (changes, entry) -> {
            Owners owners = hearing.get();
            if (owners != null && !entry.origin.node.equals(self)) {
                owners.trackedElsewhere(changes, entry);
            }
        });
        ReplicationOptions between = options.replication();
        ChangeLog log = new ChangeLog(between.maxRemovalBytes(), between.maxDeltaBytes());
        Replication replication = new Replication(options.name(), endpoint, registry, log, between, counts);
        Tracking tracking = new Tracking(registry, endpoint.codec(), self, log, replication::changed);
        Owners owners = new Owners(options, endpoint, registry, tracking, feeds.later);
        hearing.set(owners);
        running = new Running(endpoint, registry, log, replication, tracking, owners);
        replication.start();
    }

    @Override
    public void stop() {
        running().owners.stop();
        running().replication.stop();
        running().registry.stop();
    }

    /** Has the lock of all changes held while something is done, for tests. */
    void holdLock(Runnable meanwhile) {
        running().registry.change(changes -> meanwhile.run());
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("presence: not started (expected: Endpoint.builder().part(presence))");
        }
        return now;
    }

    /** Collects how presences are kept and told. */
    public static final class Builder {
        private static final String NAME = "presence";

        private String name = NAME;
        private int maxPerTopic = 100_000;
        private int maxTopicBytes = 32 << 20;
        private int maxPerOwner = 100;
        private int changesPerSecond = 50;
        private int maxMetaBytes = 16 * 1024;
        private long maxBytes = Runtime.getRuntime().maxMemory() / 4;
        private Duration grace = Duration.ZERO;
        private ReplicationOptions replication = ReplicationOptions.DEFAULTS;
        private Telling telling = Telling.defaults();

        private Builder() {}

        /**
         * What logs call it, and by which those of several nodes know each other; default {@code presence}. An endpoint that has several gives each a name of its
         * own, the same on all nodes.
         *
         * @throws IllegalArgumentException if it has not 1 to 100 bytes in UTF-8
         */
        public Builder name(String newName) {
            int bytes = newName.getBytes(StandardCharsets.UTF_8).length;
            if (bytes < 1 || bytes > 100) {
                throw new IllegalArgumentException("name: \"" + newName + "\" (expected: 1 to 100 bytes in UTF-8)");
            }
            name = newName;
            return this;
        }

        /**
         * How many metas a topic may have, of all nodes as far as this one has heard of them; default 100,000. Who would be one too many is refused with {@code TOPIC_FULL}.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxPerTopic(int metas) {
            maxPerTopic = positive("maxPerTopic", metas);
            return this;
        }

        /**
         * How many bytes the list of a topic may have, as clients get it when they join, what is fetched not counted; default 32 MiB. Whoever would make it longer, by tracking or by an update, is refused with
         * {@code TOPIC_FULL}. Each meta counts with its key and 64 bytes for its refs; of all nodes as far as this one has heard of them.
         *
         * @throws IllegalArgumentException if it is less than 1, or more than 256 MiB
         */
        public Builder maxTopicBytes(int bytes) {
            if (bytes < 1 || bytes > LARGEST_TOPIC) {
                throw new IllegalArgumentException("maxTopicBytes: " + bytes + " (expected: 1 to " + LARGEST_TOPIC
                        + ", as each who joins gets it)");
            }
            maxTopicBytes = bytes;
            return this;
        }

        /**
         * How many metas a channel, or another owner, may have; default 100. One more is refused with {@code TOO_MANY}.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxPerOwner(int metas) {
            maxPerOwner = positive("maxPerOwner", metas);
            return this;
        }

        /**
         * How often in a second a channel, or another owner, may track or update something; default 50. It may do so at once as often as in a second, or as {@link #maxPerOwner} says
         * if that is more; then it is refused with {@code TOO_FAST}, and its last value stands until it sends another.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder changesPerSecond(int changes) {
            changesPerSecond = positive("changesPerSecond", changes);
            return this;
        }

        /**
         * How many bytes a topic, a key and its meta may have together, in UTF-8 and as JSON; default 16 KiB. What is longer is refused with {@code TOO_LARGE}.
         *
         * @throws IllegalArgumentException if it is less than 1, or more than 1 MiB, since it has to fit into a message to another node
         */
        public Builder maxMetaBytes(int bytes) {
            if (bytes < 1 || bytes > LONGEST_META) {
                throw new IllegalArgumentException("maxMetaBytes: " + bytes + " (expected: 1 to " + LONGEST_META + ")");
            }
            maxMetaBytes = bytes;
            return this;
        }

        /**
         * How many bytes all that is tracked on this node may take, with 500 for each meta beside its topic, key and JSON; default a quarter of the largest heap. What would be more is
         * refused with {@code NODE_FULL}.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("maxBytes: " + bytes + " (expected: at least 1)");
            }
            maxBytes = bytes;
            return this;
        }

        /**
         * How long somebody whose connection has broken off is still shown as present; default not at all. If its client comes back within that time, under the same key on
         * the same topic, others see nothing of it, or one update if its meta is another one.
         *
         * <p>So it is for channels that end by a break, a crash, a join in their place or the shutdown of their node, as long as the node is there. Who leaves, stops, is disconnected by the server or untracked
         * is gone at once.
         *
         * @throws IllegalArgumentException if it is negative, or more than an hour
         */
        public Builder grace(Duration time) {
            if (time.isNegative() || time.compareTo(LONGEST_GRACE) > 0) {
                throw new IllegalArgumentException("grace: " + time + " (expected: from zero to an hour)");
            }
            grace = time;
            return this;
        }

        /**
         * How much memory the copies of what the other nodes have tracked may take on this one, all together; default half of the largest heap. An entry takes 240 bytes beside its topic, key and JSON, and a topic 300. If it is not enough, what
         * is kept for nodes that are away goes first; then entries are left out of the lists here, which {@link PresenceStats.Replication#leftOut} counts and the log says.
         *
         * @throws IllegalArgumentException if it is less than 1 MiB
         */
        public Builder maxCopyBytes(long bytes) {
            if (bytes < 1 << 20) {
                throw new IllegalArgumentException("maxCopyBytes: " + bytes + " (expected: 1 MiB or more)");
            }
            replication = replication.maxCopyBytes(bytes);
            return this;
        }

        /**
         * How often clients of a topic are told of changes, at most: the first change after a while of silence is told at once, and what comes within the interval behind
         * it, together. The last value always comes. Default 50 ms; zero tells each change by itself, in order.
         *
         * @throws IllegalArgumentException if it is negative or more than {@value Telling#MAX_INTERVAL_SECONDS} s
         */
        public Builder diffInterval(Duration interval) {
            telling = telling.withDiffInterval(interval);
            return this;
        }

        /** Adds to what clients are told of presences what does not stand in their metas, as {@code fetch/2} of Phoenix does; default nothing. */
        public Builder fetch(PresenceFetcher fetcher) {
            telling = telling.withFetcher(fetcher);
            return this;
        }

        /**
         * How long the entries of a node that is away are kept, without being listed, so that on its return it tells only what has changed; default 5 minutes.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder rememberFor(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("rememberFor: " + time + " (expected: not negative)");
            }
            replication = replication.rememberFor(time);
            return this;
        }

        Builder replication(ReplicationOptions options) {
            replication = options;
            return this;
        }

        /**
         * For how long clients wait for what is fetched, before they are told without it; default 5 s.
         *
         * @throws IllegalArgumentException if it is not more than 0
         */
        public Builder fetchTimeout(Duration timeout) {
            telling = telling.withFetchTimeout(timeout);
            return this;
        }

        /** Hears of all joins and leaves on the server, as {@code handle_metas/4} of Phoenix does; default nobody. */
        public Builder listener(PresenceListener listener) {
            telling = telling.withListener(listener);
            return this;
        }

        private static int positive(String option, int number) {
            if (number < 1) {
                throw new IllegalArgumentException(option + ": " + number + " (expected: at least 1)");
            }
            return number;
        }

        /** Makes it. */
        public Presence build() {
            return new Presence(new PresenceOptions(
                    name,
                    maxPerTopic,
                    maxTopicBytes,
                    maxPerOwner,
                    changesPerSecond,
                    maxMetaBytes,
                    maxBytes,
                    grace,
                    replication,
                    telling));
        }
    }
}
