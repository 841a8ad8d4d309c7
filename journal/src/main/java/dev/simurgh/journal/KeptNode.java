package dev.simurgh.journal;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.EndpointListener.Drop;
import dev.simurgh.channel.spi.Backstage;
import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Timers;
import dev.simurgh.journal.KeptPatterns.Kept;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.PubSub;
import dev.simurgh.pubsub.Subscriber;
import dev.simurgh.pubsub.spi.Keeper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The kept topics of one endpoint at work: stores what is broadcast, hands what this node has stored to the other nodes and to the sequencer of
 * its topic, as what comes from other nodes, and looks at the heads of all topics now and then. For any thread; nothing blocks but {@link #stop}.
 */
final class KeptNode implements Keeper {
    private static final Logger log = LoggerFactory.getLogger(KeptNode.class);
    private static final int HEADS_AT_ONCE = 1_000;
    private static final int STOP_SECONDS = 10;

    final Journal journal;
    final KeptPatterns patterns;
    final KeptOptions options;
    final PubSub pubsub;
    final Timers timers;
    final ClientLog clientLog;
    final Tails tails;
    final KeptCounts counts = new KeptCounts();
    private final Backstage backstage;
    private final Map<String, TopicSequencer> sequencers = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    /** What is known of some that are about to be stored, and is not stored with them. */
    private final Map<Same, Origin> origins = new ConcurrentHashMap<>();

    private final AtomicInteger underWay = new AtomicInteger();
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile boolean stopping;

    /** An append, told from equal ones. */
    private record Same(Write.Append append) {
        @Override
        @SuppressWarnings("ReferenceEquality") // which it is for
        public boolean equals(Object other) {
            return other instanceof Same that && that.append == append;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(append);
        }
    }

    /** Who is not to get it, and the trace that it comes from; what is read from the journal later has none. */
    private record Origin(@Nullable Subscriber except, Optional<String> traceparent) {
        static final Origin UNKNOWN = new Origin(null, Optional.empty());
    }

    KeptNode(Journal journal, KeptPatterns patterns, KeptOptions options, Endpoint endpoint) {
        this.journal = journal;
        this.patterns = patterns;
        this.options = options;
        pubsub = endpoint.pubsub();
        timers = endpoint.timers();
        backstage = endpoint.backstage();
        clientLog = backstage.clientLog();
        tails = new Tails(options.maxTailBytes());
    }

    // What is broadcast.

    @Override
    public boolean keeps(String topic) {
        return patterns.of(topic) != null;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits: a failure is counted and logged
    public void broadcast(Broadcast broadcast, @Nullable Subscriber from) {
        keep(broadcast, from, Optional.empty()).whenComplete((position, failure) -> {
            if (failure != null) {
                backstage.dropped(Drop.NOT_KEPT);
                clientLog.line(
                        log,
                        Level.ERROR,
                        "kept topic {}: a broadcast of {} was not delivered: {} (expected: a store that works; who must know broadcasts by KeptTopics.broadcast)",
                        broadcast.topic(),
                        broadcast.event(),
                        Objects.requireNonNullElse(
                                failure.getMessage(), failure.getClass().getName()));
            }
        });
    }

    /** Stores a broadcast, and has it delivered then. The answer is its position, or that of the first under the same key. */
    CompletableFuture<Written> keep(Broadcast broadcast, @Nullable Subscriber from, Optional<Write.Once> once) {
        underWay.incrementAndGet();
        if (stopping) {
            done();
            return CompletableFuture.failedFuture(
                    new JournalException("not stored: the endpoint has ended", false, null));
        }
        CompletableFuture<Written> written;
        try {
            Write.Append append = append(broadcast, once);
            Same same = new Same(append);
            if (from != null || broadcast.traceparent().isPresent()) {
                origins.put(same, new Origin(from, broadcast.traceparent()));
            }
            written = journal.write(append).whenComplete((done, failure) -> {
                if (!(done instanceof Written.Appended)) { // else whoever is told of it does that
                    origins.remove(same);
                }
            });
        } catch (Throwable e) { // the key of an entry is the application's to say
            written = CompletableFuture.failedFuture(e);
        }
        return written.whenComplete((done, failure) -> {
            (failure != null ? counts.failed : done instanceof Written.Repeated ? counts.repeated : counts.stored)
                    .increment();
            done();
        });
    }

    private Write.Append append(Broadcast broadcast, Optional<Write.Once> once) {
        return new Write.Append(broadcast.topic(), List.of(entry(broadcast)), OptionalLong.empty(), once);
    }

    /** What is stored of a broadcast to a kept topic. */
    Write.NewEntry entry(Broadcast broadcast) {
        Kept kept = Objects.requireNonNull(patterns.of(broadcast.topic()));
        return new Write.NewEntry(
                broadcast.event(),
                broadcast.payload(),
                kept.retention().isCompacted() ? kept.key().apply(broadcast) : Optional.empty());
    }

    // What is stored.

    /** Hears what this process has stored, in the order of each topic. */
    void stored(Stored stored) {
        Write.Append append = stored.append();
        Origin origin = Objects.requireNonNullElse(origins.remove(new Same(append)), Origin.UNKNOWN);
        if (!keeps(append.stream())) {
            return;
        }
        long offset = stored.first();
        for (Write.NewEntry entry : append.entries()) {
            Broadcast broadcast = toBroadcast(
                    append.stream(),
                    entry.event(),
                    entry.payload(),
                    new Position(stored.last().epoch(), offset++));
            if (broadcast != null) {
                Broadcast traced = origin.traceparent.map(broadcast::tracedBy).orElse(broadcast);
                pubsub.sendToOthers(traced);
                offer(traced, origin.except);
            }
        }
    }

    @Override
    public void received(Broadcast broadcast) {
        if (broadcast.offset() < 1) {
            counts.foreign.increment();
        } else {
            offer(broadcast, null);
        }
    }

    private void offer(Broadcast broadcast, @Nullable Subscriber except) {
        String topic = broadcast.topic();
        boolean taken = false;
        while (!taken) {
            TopicSequencer there = sequencers.get(topic);
            if (there == null && !pubsub.hasSubscribers(topic)) {
                return;
            }
            taken = (there == null ? sequencer(topic) : there).offer(broadcast, except);
        }
    }

    @Nullable
    Broadcast toBroadcast(String topic, Entry entry) {
        return toBroadcast(topic, entry.event(), entry.payload(), entry.position());
    }

    /** Null for what somebody has appended to the stream that is no broadcast: it is left out, and its offset with it. */
    private @Nullable Broadcast toBroadcast(String topic, String event, Payload payload, Position position) {
        try {
            return Broadcast.ofAny(topic, event, payload).at(position.toString());
        } catch (IllegalArgumentException e) {
            clientLog.line(
                    log,
                    Level.ERROR,
                    "kept topic {}: the entry at {} is no broadcast, and is left out: {}",
                    topic,
                    position,
                    String.valueOf(e.getMessage()));
            return null;
        }
    }

    // The topics.

    /** Makes the sequencer of a topic if there is none yet. It stays until nobody is subscribed any more. */
    TopicSequencer sequencer(String topic) {
        TopicSequencer sequencer =
                sequencers.computeIfAbsent(topic, made -> new TopicSequencer(made, this, patterns.retention(made)));
        lookLater();
        return sequencer;
    }

    private void lookLater() {
        if (!stopping && looking.compareAndSet(false, true)) {
            timers.schedule(options.checkEvery(), this::look);
        }
    }

    private void look() {
        List<String> topics = new ArrayList<>();
        for (String topic : sequencers.keySet()) {
            TopicSequencer left = sequencers.computeIfPresent(
                    topic, (name, sequencer) -> sequencer.endUnless(pubsub.hasSubscribers(name)) ? null : sequencer);
            if (left != null) {
                topics.add(topic);
            }
        }
        look(topics, 0);
    }

    /** One question after the other, so that those who join find room between them. */
    @SuppressWarnings("FutureReturnValueIgnored") // ends with the next question or with the next look
    private void look(List<String> topics, int from) {
        if (from >= topics.size()) {
            looking.set(false);
            if (!sequencers.isEmpty()) {
                lookLater();
            }
            return;
        }
        List<String> some = topics.subList(from, Math.min(topics.size(), from + HEADS_AT_ONCE));
        some.forEach(topic -> with(topic, TopicSequencer::look));
        journal.heads(some).whenComplete((heads, failure) -> {
            if (heads == null) {
                askedInVain(some.get(0), failure);
                look(topics, topics.size());
            } else {
                heads.forEach((topic, head) -> with(topic, sequencer -> sequencer.headIs(head)));
                look(topics, from + some.size());
            }
        });
    }

    private void with(String topic, java.util.function.Consumer<TopicSequencer> action) {
        TopicSequencer sequencer = sequencers.get(topic);
        if (sequencer != null) {
            action.accept(sequencer);
        }
    }

    /** The journal did not answer; it is asked again later. */
    void askedInVain(String topic, @Nullable Throwable failure) {
        clientLog.line(
                log,
                Level.WARN,
                "kept topic {}: the journal did not say whether something was missed, and is asked again: {}",
                topic,
                String.valueOf(failure == null ? null : failure.getMessage()));
    }

    /** How many topics are followed. */
    int topicCount() {
        return sequencers.size();
    }

    /** Where a topic is, if it is followed. */
    Map<String, String> about(String topic) {
        TopicSequencer sequencer = sequencers.get(topic);
        return sequencer == null ? Map.of() : sequencer.about();
    }

    KeptStats stats(long refused) {
        return counts.stats(refused, sequencers.size(), tails.bytes());
    }

    // The end.

    private void done() {
        if (underWay.decrementAndGet() == 0 && stopping) {
            settled.countDown();
        }
    }

    /** Takes nothing more, and waits until all that was taken has been stored, or was not in the time of the journal. */
    void stop() {
        stopping = true;
        if (underWay.get() == 0) {
            return;
        }
        try {
            if (!settled.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                log.error(
                        "{} broadcasts to kept topics have no answer of the journal after {} s",
                        underWay.get(),
                        STOP_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
