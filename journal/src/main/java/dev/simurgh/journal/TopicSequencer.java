package dev.simurgh.journal;

import dev.simurgh.channel.spi.History.Slice;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.pubsub.Broadcast;
import dev.simurgh.pubsub.Subscriber;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Delivers a kept topic's broadcasts on this node in the order of the journal, each once. They come from this node's appends and from other
 * nodes, in any order, twice, or not at all. What comes early is held for a while; if what belongs in front of it does not come, the
 * journal is asked. So is it when the first broadcast of another epoch comes, and when the periodic look at the heads of all topics shows that
 * something was missed: whether the history that was delivered is still the journal's. If it is not, since the store was restored or has
 * failed over to one that lacks the end, everybody is sent away with an error, comes back with the last position, and is told
 * whether that is worth anything. Why, is in ADR 0027. For any thread.
 */
final class TopicSequencer {
    private static final Logger log = LoggerFactory.getLogger(TopicSequencer.class);
    private static final long UNKNOWN = -1;
    private static final int PAGE_ENTRIES = 1_000;
    private static final int PAGE_BYTES = 1 << 20;

    private final String topic;
    private final KeptNode node;
    private final TopicTail tail;
    private final Outlet outlet;
    private final boolean lastValue;

    // Guarded by this.
    private final TreeMap<Long, Early> early = new TreeMap<>();
    private long earlyBytes;
    private long last = UNKNOWN;
    private @Nullable String lastPosition;
    private long wanted; // an offset that the journal is known to have
    private long gapSince;
    private boolean asking;
    private @Nullable Runnable cancelWait;
    private boolean ended;
    /** The latest position of a client that the journal knew. */
    private @Nullable Position verified;

    private int rewinds;
    /** How often the journal was asked, to tell what was there before. */
    private int asks;
    /** What was last when the heads of all topics were asked for. */
    private long lastWhenLooked;

    private record Early(Broadcast broadcast, @Nullable Subscriber except, int asks) {}

    TopicSequencer(String topic, KeptNode node, Retention retention) {
        this.topic = topic;
        this.node = node;
        this.tail = new TopicTail(node.tails, retention);
        this.outlet = new Outlet(node.pubsub);
        this.lastValue = retention.isLastValue();
    }

    /**
     * Takes a broadcast with its position.
     *
     * @return whether it did: not if it has ended
     */
    boolean offer(Broadcast broadcast, @Nullable Subscriber except) {
        boolean ask;
        synchronized (this) {
            if (ended) {
                return false;
            }
            ask = take(broadcast, except);
        }
        outlet.flush();
        node.tails.shrink();
        if (ask) {
            ask();
        }
        return true;
    }

    private boolean take(Broadcast broadcast, @Nullable Subscriber except) {
        long offset = broadcast.offset();
        if (last == UNKNOWN) {
            begin(offset - 1, null);
        }
        if (offset <= last) {
            return late(broadcast);
        }
        if (offset > last + 1 || isOfNewEpoch(broadcast)) {
            hold(broadcast, except);
            return offset == last + 1 && beginAsking();
        }
        advance(broadcast, except);
        return takeEarly();
    }

    private void begin(long offset, @Nullable String position) {
        last = offset;
        lastPosition = position;
        tail.begin(offset, position);
    }

    /** Comes again, or has been read from the journal meanwhile. If it is not what was delivered, the history has changed. */
    private boolean late(Broadcast broadcast) {
        node.counts.late.increment();
        Broadcast delivered = tail.at(broadcast.offset());
        return delivered != null && !delivered.position().equals(broadcast.position()) && beginAsking();
    }

    private boolean isOfNewEpoch(Broadcast broadcast) {
        String before = lastPosition;
        if (before == null || last == 0) { // who has seen nothing yet has seen nothing else
            return false;
        }
        String position = broadcast.position().orElseThrow();
        int colon = before.lastIndexOf(':');
        return position.lastIndexOf(':') != colon || !position.regionMatches(0, before, 0, colon);
    }

    private void hold(Broadcast broadcast, @Nullable Subscriber except) {
        if (!hasGap()) {
            node.counts.gaps.increment();
            gapSince = node.timers.nanoTime();
        }
        if (earlyBytes + broadcast.pinnedBytes() > node.options.maxEarlyBytes()) {
            wanted = Math.max(wanted, broadcast.offset()); // the journal has it
        } else if (early.putIfAbsent(broadcast.offset(), new Early(broadcast, except, asks)) == null) {
            earlyBytes += broadcast.pinnedBytes();
        }
        waitFor(node.options.gapWait());
    }

    private boolean hasGap() {
        return !early.isEmpty() || wanted > last;
    }

    private void advance(Broadcast broadcast, @Nullable Subscriber except) {
        last = broadcast.offset();
        lastPosition = broadcast.position().orElseThrow();
        tail.add(broadcast, node.timers.nanoTime());
        outlet.add(broadcast, except);
    }

    /** Delivers what is next in what came early; tells whether the journal is to be asked about the rest now. */
    private boolean takeEarly() {
        while (!early.isEmpty() && early.firstKey() <= last + 1) {
            Early first = early.firstEntry().getValue();
            if (first.broadcast.offset() == last + 1) {
                if (isOfNewEpoch(first.broadcast)) {
                    return beginAsking();
                }
                advance(first.broadcast, first.except);
            }
            forget(first);
            gapSince = node.timers.nanoTime();
        }
        if (!hasGap() && cancelWait != null) {
            cancelWait.run();
            cancelWait = null;
        }
        return false;
    }

    private void forget(Early held) {
        early.remove(held.broadcast.offset());
        earlyBytes -= held.broadcast.pinnedBytes();
    }

    // The journal is asked.

    private void waitFor(Duration wait) {
        if (cancelWait == null && !asking && !ended) {
            cancelWait = node.timers.schedule(wait, this::waited);
        }
    }

    private void waited() {
        boolean ask;
        synchronized (this) {
            cancelWait = null;
            long left = node.options.gapWait().toNanos() - (node.timers.nanoTime() - gapSince);
            boolean gap = hasGap() && !ended;
            if (gap && left > 0) {
                waitFor(Duration.ofNanos(left));
            }
            ask = gap && left <= 0 && beginAsking();
        }
        if (ask) {
            ask();
        }
    }

    private boolean beginAsking() {
        if (asking || ended) {
            return false;
        }
        asking = true;
        asks++;
        return true;
    }

    /** Whether the history is still the one that was delivered, and then what is behind that. */
    @SuppressWarnings("FutureReturnValueIgnored") // told to asked, which throws nothing
    private void ask() {
        long from;
        long needed;
        Optional<Position> since;
        synchronized (this) {
            from = last;
            needed = needed();
            since = Optional.ofNullable(lastPosition).flatMap(Position::parse);
        }
        CompletableFuture<Page> read = node.journal.standing(topic, since).thenCompose(standing -> {
            if (!lives(standing.since())) {
                return CompletableFuture.completedFuture(rewound(standing));
            }
            return needed > from
                    ? node.journal.read(topic, from, (int) Math.min(PAGE_ENTRIES, needed - from), PAGE_BYTES)
                    : CompletableFuture.completedFuture(nothing(from, standing.head()));
        });
        read.whenComplete((page, failure) -> asked(page, failure, needed));
    }

    /** Up to where the journal is to be read: what came early itself will not come again, what comes behind it will. */
    private long needed() {
        return early.isEmpty() ? wanted : Math.max(wanted, early.lastKey());
    }

    private static Page nothing(long from, Position head) {
        return new Page(List.of(), from, false, head.offset());
    }

    private boolean lives(Verdict verdict) {
        return verdict == Verdict.COMPLETE || verdict == Verdict.NONE || (lastValue && verdict == Verdict.TRIMMED);
    }

    private void asked(@Nullable Page page, @Nullable Throwable failure, long needed) {
        boolean again;
        synchronized (this) {
            asking = false;
            if (page == null) {
                node.askedInVain(topic, failure);
                gapSince = node.timers.nanoTime();
                if (hasGap()) {
                    waitFor(node.options.checkEvery());
                }
                return;
            }
            boolean cut = page.trimmed() && !lastValue && page.upTo() > last;
            again = cut ? beginAsking() : fill(page, needed);
        }
        outlet.flush();
        node.tails.shrink();
        if (again) {
            ask(); // which finds it trimmed, and begins anew
        }
    }

    private boolean fill(Page page, long needed) {
        for (Entry entry : page.entries()) {
            long offset = entry.position().offset();
            Broadcast broadcast = offset > last ? node.toBroadcast(topic, entry) : null;
            if (broadcast != null) {
                Early held = early.get(offset);
                advance(broadcast, held == null ? null : held.except);
                node.counts.filled.increment();
            }
        }
        last = Math.max(last, page.upTo());
        if (page.upTo() >= page.head()) {
            dropForeign(page.head());
        }
        boolean now = takeEarly();
        if (!now && hasGap()) {
            gapSince = node.timers.nanoTime();
            now = page.upTo() < Math.min(needed, page.head()) && beginAsking(); // it was too long for one page
            waitFor(node.options.gapWait());
        }
        return now;
    }

    /** What came early was stored before it was sent: if the journal does not have it when asked later, it was stored in another. */
    private void dropForeign(long head) {
        wanted = Math.min(wanted, head);
        List<Early> beyond = List.copyOf(early.tailMap(head, false).values());
        for (Early foreign : beyond) {
            if (foreign.asks == asks) {
                continue; // it came while the journal was asked
            }
            forget(foreign);
            node.counts.foreign.increment();
            node.clientLog.line(
                    log,
                    Level.ERROR,
                    "kept topic {}: a broadcast at {} of another node is not in this node's journal, which ends at {} (expected: the same store on all nodes)",
                    topic,
                    foreign.broadcast.position().orElseThrow(),
                    head);
        }
    }

    /** Begins anew at the head of what is the history now, and sends everybody away, to come back and be told. */
    private Page rewound(Standing standing) {
        Position head = standing.head();
        synchronized (this) {
            node.counts.rewinds.increment();
            rewinds++;
            log.warn(
                    "kept topic {}: what was delivered up to {} is not the journal's history any more, which ends at {}; its clients come back and reload",
                    topic,
                    lastPosition,
                    head);
            begin(head.offset(), head.toString());
            early.clear();
            earlyBytes = 0;
            wanted = 0;
            verified = null;
            outlet.addRewound(topic);
        }
        return nothing(head.offset(), head);
    }

    /** Remembers what was delivered, before the journal is asked where it stands. */
    synchronized void look() {
        lastWhenLooked = last;
    }

    /** Hears where the journal stood then. */
    void headIs(Position head) {
        boolean ask = false;
        synchronized (this) {
            if (last == UNKNOWN) {
                begin(head.offset(), head.toString());
            } else if (head.offset() > last && head.offset() > wanted) {
                if (!hasGap()) {
                    gapSince = node.timers.nanoTime();
                }
                wanted = head.offset();
                waitFor(node.options.gapWait());
            } else if (head.offset() < lastWhenLooked || (head.offset() == last && isOther(head))) {
                ask = beginAsking();
            }
        }
        if (ask) {
            ask();
        }
    }

    private boolean isOther(Position head) {
        return lastPosition != null && lastPosition.endsWith(":" + last) && !lastPosition.equals(head.toString());
    }

    // For those who join.

    /** Where the topic stands, and what a position is worth, if that can be said from memory. */
    synchronized Optional<Standing> standing(Optional<Position> since) {
        String head = lastPosition;
        if (last == UNKNOWN || head == null) {
            return Optional.empty();
        }
        boolean known = since.isEmpty()
                || since.get().toString().equals(head)
                || (since.get().offset() < last && tail.has(since.get(), node.timers.nanoTime()));
        return known
                ? Optional.of(new Standing(
                        Position.parse(head).orElseThrow(), since.isEmpty() ? Verdict.NONE : Verdict.COMPLETE))
                : Optional.empty();
    }

    /**
     * Hears what the journal says of that, and tells what is to be said to the client: the head is never behind what has been delivered
     * already, since the client will not get that.
     */
    synchronized Standing settled(Standing standing, Optional<Position> since) {
        if (last == UNKNOWN) {
            begin(standing.head().offset(), standing.head().toString());
        }
        if (standing.since() == Verdict.COMPLETE) {
            verified = since.orElse(null);
        }
        Optional<Position> delivered = Optional.ofNullable(lastPosition).flatMap(Position::parse);
        return standing.head().offset() < last && delivered.isPresent()
                ? new Standing(delivered.get(), standing.since())
                : standing;
    }

    /** The offset up to which everything was delivered, or need not be. */
    synchronized long last() {
        return last;
    }

    /** What is behind an offset, if it is all in memory. What is stored but not delivered here yet will come. */
    synchronized Optional<Slice> read(long after, int maxBytes) {
        return last == UNKNOWN ? Optional.empty() : tail.read(after, maxBytes, last, node.timers.nanoTime());
    }

    /** The newest broadcast, if it is in memory. */
    synchronized @Nullable Broadcast newest() {
        return tail.newest();
    }

    /** Which history this is; another number after it turned out to be another. */
    synchronized int rewinds() {
        return rewinds;
    }

    /** Keeps what was read for others, if it joins on to what is in memory and is of the same history. */
    synchronized void remember(Slice slice, long after, int ofHistory) {
        if (last != UNKNOWN && slice.complete() && rewinds == ofHistory) {
            Position since = verified;
            String position = since != null && since.offset() == after ? since.toString() : null;
            tail.precede(slice.broadcasts(), after, slice.upTo(), position, node.timers.nanoTime());
        }
    }

    /** Where it is, for whoever looks. */
    synchronized Map<String, String> about() {
        Map<String, String> all = new LinkedHashMap<>();
        if (last != UNKNOWN) {
            all.put("position", lastPosition == null ? String.valueOf(last) : lastPosition);
            all.putAll(tail.about());
            all.put("early_bytes", String.valueOf(earlyBytes));
        }
        return all;
    }

    /** Ends it, unless somebody is there. */
    synchronized boolean endUnless(boolean subscribers) {
        if (!subscribers) {
            ended = true;
            tail.begin(last, null);
            if (cancelWait != null) {
                cancelWait.run();
                cancelWait = null;
            }
        }
        return ended;
    }
}
