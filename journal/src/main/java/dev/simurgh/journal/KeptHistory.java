package dev.simurgh.journal;

import dev.simurgh.channel.spi.History;
import dev.simurgh.journal.KeptPatterns.Kept;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.pubsub.Broadcast;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Answers those who join kept topics: from memory if the topic's tail has it, else from the journal, the same question of many only once. For any
 * thread.
 */
final class KeptHistory implements History {
    private static final int PAGE_ENTRIES = 1_000;

    private record Since(String topic, Optional<Position> position) {}

    private record Behind(String topic, long offset, int maxBytes) {}

    private final KeptNode node;
    private final Map<Since, CompletableFuture<Standing>> standings = new ConcurrentHashMap<>();
    private final Map<Behind, CompletableFuture<Slice>> reads = new ConcurrentHashMap<>();

    KeptHistory(KeptNode node) {
        this.node = node;
    }

    @Override
    public boolean keeps(String topic) {
        return node.keeps(topic);
    }

    @Override
    public CompletableFuture<Start> start(String topic, Optional<String> since) {
        Kept kept = Objects.requireNonNull(node.patterns.of(topic), topic);
        Optional<Position> position = since.flatMap(Position::parse);
        return standing(topic, position)
                .thenApply(standing -> start(
                        kept,
                        standing.head(),
                        position,
                        since.isPresent() && position.isEmpty() ? Verdict.UNKNOWN : standing.since()));
    }

    /** What a position in a topic is worth, and where the topic stands. */
    CompletableFuture<Standing> standing(String topic, Optional<Position> since) {
        try {
            Checked.stream(topic); // before anything is made for what a stranger calls a topic
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        TopicSequencer sequencer = node.sequencer(topic);
        Optional<Standing> known = sequencer.standing(since);
        if (known.isPresent()) {
            node.counts.fromTail.increment();
            return CompletableFuture.completedFuture(known.get());
        }
        node.counts.fromJournal.increment();
        return shared(standings, new Since(topic, since), () -> node.journal.standing(topic, since))
                .thenApply(standing -> sequencer.settled(standing, since));
    }

    /** The reply's position is where the client stands: what lies between that and the head follows. */
    private static Start start(Kept kept, Position head, Optional<Position> since, Verdict verdict) {
        boolean asked = verdict != Verdict.NONE;
        Retention retention = kept.retention();
        boolean complete = verdict == Verdict.COMPLETE && !isCut(kept, head, since);
        if (retention.isLastValue()) {
            boolean known = since.isPresent() && verdict != Verdict.UNKNOWN;
            return newest(head, known ? since : Optional.empty(), asked ? Optional.of(known) : Optional.empty());
        }
        Position from = complete ? since.orElseThrow() : retention.isCompacted() ? new Position(head.epoch(), 0) : head;
        return new Start(from.toString(), from.offset(), asked ? Optional.of(complete) : Optional.empty());
    }

    /** Whether so many are behind it that some need not be kept; whether they have been removed by now makes no difference. */
    private static boolean isCut(Kept kept, Position head, Optional<Position> since) {
        return kept.isCounted()
                && since.isPresent()
                && head.offset() - since.get().offset() > kept.retention().maxEntries();
    }

    private static Start newest(Position head, Optional<Position> since, Optional<Boolean> recovered) {
        long before = Math.max(head.offset() - 1, 0);
        if (since.isPresent()) {
            long offset = Math.max(since.get().offset(), before);
            return new Start(since.get().toString(), offset, recovered);
        }
        Position position = head.offset() == before ? head : new Position(head.epoch(), before);
        return new Start(position.toString(), before, recovered);
    }

    @Override
    public CompletableFuture<Slice> read(String topic, long after, int maxBytes) {
        Kept kept = Objects.requireNonNull(node.patterns.of(topic), topic);
        boolean lastValue = kept.retention().isLastValue();
        TopicSequencer sequencer = node.sequencer(topic);
        Optional<Slice> known = sequencer.read(after, lastValue ? Integer.MAX_VALUE : maxBytes);
        if (known.isPresent()) {
            node.counts.fromTail.increment();
            return CompletableFuture.completedFuture(lastValue ? newest(known.get()) : known.get());
        }
        node.counts.fromJournal.increment();
        boolean fromBeginning = kept.retention().isCompacted() && after == 0;
        Supplier<CompletableFuture<Slice>> question = lastValue
                ? () -> node.journal.latest(topic).thenApply(entry -> slice(topic, after, entry, sequencer.last()))
                : () -> node.journal
                        .read(topic, after, PAGE_ENTRIES, maxBytes)
                        .thenApply(page -> slice(topic, after, page, fromBeginning));
        return fromJournal(sequencer, new Behind(topic, after, maxBytes), question);
    }

    /**
     * If somebody else had asked before this one was subscribed, what was delivered between that answer and now may be missing in it, and will
     * not come again. The next answer is of a question that was asked later.
     */
    private CompletableFuture<Slice> fromJournal(
            TopicSequencer sequencer, Behind behind, Supplier<CompletableFuture<Slice>> question) {
        long delivered = sequencer.last();
        int history = sequencer.rewinds();
        return shared(reads, behind, question)
                .thenCompose(slice -> slice.more() || !slice.complete() || slice.upTo() >= delivered
                        ? CompletableFuture.completedFuture(slice)
                        : shared(reads, behind, question))
                .whenComplete((slice, failure) -> {
                    if (slice != null) {
                        sequencer.remember(slice, behind.offset(), history);
                    }
                });
    }

    private static Slice newest(Slice slice) {
        List<Broadcast> all = slice.broadcasts();
        return new Slice(all.subList(Math.max(0, all.size() - 1), all.size()), slice.upTo(), true, false);
    }

    private Slice slice(String topic, long after, Optional<Entry> latest, long last) {
        List<Broadcast> found = latest.filter(entry -> entry.position().offset() > after)
                .flatMap(entry -> Optional.ofNullable(node.toBroadcast(topic, entry)))
                .map(List::of)
                .orElse(List.of());
        return new Slice(
                found, found.isEmpty() ? Math.max(after, last) : found.get(0).offset(), true, false);
    }

    private Slice slice(String topic, long after, Page page, boolean fromBeginning) {
        List<Broadcast> broadcasts = page.entries().stream()
                .flatMap(entry -> Optional.ofNullable(node.toBroadcast(topic, entry)).stream())
                .toList();
        long upTo = Math.max(after, page.upTo());
        boolean complete = (!page.trimmed() || fromBeginning) && after <= page.head();
        return new Slice(broadcasts, upTo, complete, page.upTo() < page.head());
    }

    /** Asks, or waits for the answer that somebody else is waiting for. */
    @SuppressWarnings("FutureReturnValueIgnored") // all of it is told to mine
    private static <K, V> CompletableFuture<V> shared(
            Map<K, CompletableFuture<V>> asked, K question, Supplier<CompletableFuture<V>> ask) {
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> earlier = asked.putIfAbsent(question, mine);
        if (earlier != null) {
            return earlier.copy();
        }
        asked(ask).whenComplete((answer, failure) -> {
            asked.remove(question, mine);
            if (failure == null) {
                mine.complete(answer);
            } else {
                mine.completeExceptionally(failure);
            }
        });
        return mine.copy();
    }

    /** Whatever a question throws is its answer: else whoever asks the same would wait for it forever. */
    private static <V> CompletableFuture<V> asked(Supplier<CompletableFuture<V>> ask) {
        try {
            return ask.get();
        } catch (Throwable thrown) {
            return CompletableFuture.failedFuture(thrown);
        }
    }
}
