package dev.simurgh.journal;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.Metric;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams of entries that only grow, in a {@link Store}: in memory, or in a database that several processes share. What an append has
 * answered is stored, as durably as the store says.
 *
 * <p>Methods may be called from any thread, event loops among them, and never block. Failures come through the futures, as a {@link
 * JournalException}; all end in bounded time, also if the store hangs. What depends on a future runs on a thread of the journal, never on
 * an event loop, and should be short and not block: who has more to do, uses {@code thenApplyAsync}. Appends of one thread to a stream are stored in order.
 */
public final class Journal implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private final Store store;
    private final Timers timers;
    private final Executor executor;
    private final Writer writer;
    private final Reader reader;
    private final Duration watchEvery;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> own = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<Later> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean takesNothing;

    private Journal(Builder options) {
        store = options.store;
        timers = options.timers == null ? own(new RealTime()) : options.timers;
        executor = options.executor == null ? ownThreads() : options.executor;
        writer = new Writer(store, options, timers, executor);
        reader = new Reader(options, timers, executor);
        watchEvery = options.watchEvery;
        writer.onStored(this::look);
        writer.trimLater();
    }

    /** Makes a journal in memory, of at most 64 MiB: what is in it goes with the process, and before that the oldest if there is too much. */
    public static Journal inMemory() {
        return builder(MemoryStore.create()).build();
    }

    /** Starts a journal in a store, which will be closed with it. */
    public static Builder builder(Store store) {
        return new Builder(store);
    }

    private <T extends AutoCloseable> T own(T thing) {
        own.add(thing);
        return thing;
    }

    private Executor ownThreads() {
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "simurgh-journal-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        own.add(threads::shutdown);
        return threads;
    }

    /**
     * Appends an entry.
     *
     * @param payload encoded: {@link Payload.Json} or {@link Payload.Binary}
     * @return its position, once it is stored; {@link IllegalArgumentException} if the payload is a value, or a text is empty
     */
    public CompletableFuture<Position> append(String stream, String event, Payload payload) {
        return append(stream, event, payload, OptionalLong.empty());
    }

    /**
     * Appends an entry if the stream's last one has this offset.
     *
     * @param expected 0 if there should be none
     * @return its position, once it is stored; {@link ConflictException} if the last entry is another
     */
    public CompletableFuture<Position> append(String stream, String event, Payload payload, long expected) {
        return append(stream, event, payload, OptionalLong.of(expected));
    }

    private CompletableFuture<Position> append(String stream, String event, Payload payload, OptionalLong expected) {
        Write.NewEntry entry = new Write.NewEntry(event, payload, Optional.empty());
        return write(new Write.Append(stream, List.of(entry), expected, Optional.empty()))
                .thenApply(written -> position(stream, written));
    }

    static Position position(String stream, Written written) {
        if (written instanceof Written.Appended appended) {
            return appended.last();
        }
        if (written instanceof Written.Conflict conflict) {
            throw new ConflictException(stream, conflict.last());
        }
        throw new IllegalStateException("stream " + stream + ": " + written + " (expected: appended, or a conflict)");
    }

    /**
     * Writes anything, also what {@link #append} has no form for. What has become of it is in the answer, which fails only if that is not
     * known or nothing was done.
     */
    public CompletableFuture<Written> write(Write write) {
        return writer.write(write);
    }

    /**
     * Reads entries behind an offset, at least one if there is one, however large.
     *
     * @param after 0 for the beginning
     * @param maxBytes of their payloads, about
     */
    public CompletableFuture<Page> read(String stream, long after, int maxEntries, long maxBytes) {
        return ask(stream, () -> store.read(stream, after, maxEntries, maxBytes));
    }

    /** Reads the last entry; empty if there is none, or none any more. */
    public CompletableFuture<Optional<Entry>> latest(String stream) {
        return ask(stream, () -> {
            long head = store.standing(stream, Optional.empty()).head().offset();
            List<Entry> entries = head == 0
                    ? List.of()
                    : store.read(stream, head - 1, 1, Long.MAX_VALUE).entries();
            return entries.stream().findFirst();
        });
    }

    /** Tells where a stream stands, and what a position in it is worth. An empty stream has a position, too. Asking stores nothing. */
    public CompletableFuture<Standing> standing(String stream, Optional<Position> since) {
        return ask(stream, () -> store.standing(stream, since));
    }

    /** Tells where streams stand, in one question. */
    public CompletableFuture<Map<String, Position>> heads(Collection<String> streams) {
        List<String> all = List.copyOf(streams);
        return reader.read(() -> store.heads(all));
    }

    /** Reads the snapshot that was kept last. */
    public CompletableFuture<Optional<StoredSnapshot>> snapshot(String stream) {
        return ask(stream, () -> store.snapshot(stream));
    }

    /** Tells what each named consumer of a stream has acknowledged: the offsets. */
    public CompletableFuture<Map<String, Long>> acknowledged(String stream) {
        return ask(stream, () -> store.acknowledged(stream));
    }

    private <T> CompletableFuture<T> ask(String stream, Supplier<T> question) {
        try {
            Checked.stream(stream);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        return reader.read(question);
    }

    /**
     * Says how long entries are kept; without it, forever. What need not be kept is removed every second, in small pieces between the writes.
     *
     * @param retention of a stream; called on threads of the journal, for every stream again and again
     */
    public void retain(Function<String, Retention> retention) {
        writer.retain(Objects.requireNonNull(retention, "retention"));
    }

    /**
     * Hands out every entry behind an offset, in order, one at a time, also those that other processes store: at once what this journal has
     * stored, what others have within {@link Builder#watchEvery}. If the consumer throws, that is logged and it gets the entry again
     * after that time. Entries that have been trimmed or compacted away meanwhile are left out; the offsets show it. If the
     * stream ends before what was handed out, since a backup was put back or the memory was full, it is handed out again from its beginning.
     *
     * @param consumer called on threads of the journal
     */
    public Watch watch(String stream, long after, Consumer<Entry> consumer) {
        Watch watch = new Watch(this, Checked.stream(stream), after, consumer, timers, watchEvery);
        watches.add(watch);
        watch.look();
        return watch;
    }

    void forget(Watch watch) {
        watches.remove(watch);
    }

    private void look(Stored entries) {
        for (Watch watch : watches) {
            if (watch.stream().equals(entries.append().stream())) {
                watch.look();
            }
        }
    }

    /**
     * Has somebody told of all entries that this journal stores, before who appended them is; also of those whose caller was told that the
     * outcome is not known, if the store says later that they are stored. Of one stream in order. One thread at a time, which must not block.
     */
    void onStored(Consumer<Stored> listener) {
        writer.onStored(listener);
    }

    /** The time that it goes by. */
    Timers timers() {
        return timers;
    }

    /** Where it works, and answers. */
    Executor executor() {
        return executor;
    }

    /** Has something tried after a while, or when the journal takes nothing more, whose own timers forget what they have: whoever waits for it hears that then. */
    void later(Duration delay, Runnable task) {
        Later later = new Later(task);
        waiting.add(later);
        if (takesNothing) {
            later.run();
            return;
        }
        boolean taken = false;
        try {
            timers.schedule(delay, later);
            taken = true;
        } finally {
            if (!taken) {
                waiting.remove(later);
            }
        }
    }

    private final class Later implements Runnable {
        private final Runnable task;

        Later(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (waiting.remove(this)) {
                task.run();
            }
        }
    }

    /** What it has done, and what waits. */
    public JournalStats stats() {
        return new JournalStats(
                writer.waitingBytes(),
                writer.stored.sum(),
                writer.refused.sum(),
                writer.timedOut.sum(),
                writer.failed.sum(),
                reader.failed.sum());
    }

    /**
     * What it tells of itself in numbers, without waiting for its store. {@link KeptTopics} tells them of its journal by itself, as {@code kept}; those of another
     * journal are told with the help of {@link dev.simurgh.channel.spi.Backstage#addMetrics}.
     *
     * @param name the value of the tag {@code journal}, one for each journal of an endpoint
     */
    public List<Metric> metrics(String name) {
        return JournalMetrics.of(name, writer, reader.failed);
    }

    /**
     * Takes nothing more, stores and answers what it has taken, and closes the store. Waits for that, also if interrupted, unless the store hangs. What throws meanwhile,
     * such as the store, is logged, and all else is closed nevertheless.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // which a store might take for its own
        end("watches", watches, Watch::close);
        end("writers", List.of(writer), Writer::close);
        takesNothing = true;
        end("tasks for later", List.copyOf(waiting), Later::run);
        end("readers", List.of(reader), Reader::close);
        end("stores", List.of(store), Store::close);
        end("threads and timers", own, AutoCloseable::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Ending<T> {
        void end(T thing) throws Exception;
    }

    /** Ends all of them, whatever some of them throw, an Error, too. There may be thousands, and one line is enough. */
    private <T> void end(String what, Collection<T> all, Ending<T> ending) {
        int failed = 0;
        Throwable first = null;
        for (T thing : all) {
            try {
                ending.end(thing);
            } catch (Throwable thrown) {
                first = failed++ == 0 ? thrown : first;
            }
        }
        if (first != null) {
            log.error("the journal in {} ends, and {} of {} {} failed at that", store, failed, all.size(), what, first);
        }
    }

    /** Collects what a journal may be told. */
    public static final class Builder {
        private final Store store;
        long maxWaitingBytes = 16 << 20;
        Duration writeTimeout = Duration.ofSeconds(5);
        int maxGroup = 1_000;
        int readThreads = 4;
        private Duration watchEvery = Duration.ofSeconds(1);
        private @Nullable Timers timers;
        private @Nullable Executor executor;

        private Builder(Store store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /**
         * How many bytes of writes may wait for their answers; one that comes when there are more is refused at once. Default 16 MiB. Of
         * reads, one may wait for each 300 bytes of this.
         *
         * @throws IllegalArgumentException if it is less than 1,024
         */
        public Builder maxWaitingBytes(long bytes) {
            if (bytes < 1_024) {
                throw new IllegalArgumentException("maxWaitingBytes: " + bytes + " (expected: at least 1024)");
            }
            maxWaitingBytes = bytes;
            return this;
        }

        /**
         * After how long a write or a read fails that the store has not answered; default 5 s. The outcome of a write that the store has begun is unknown then.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder writeTimeout(Duration timeout) {
            writeTimeout = positive("writeTimeout", timeout);
            return this;
        }

        /**
         * How many writes are given to the store at once; default 1,000.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxGroup(int writes) {
            maxGroup = atLeastOne("maxGroup", writes);
            return this;
        }

        /**
         * How many reads may be under way at once; default 4.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder readThreads(int threads) {
            readThreads = atLeastOne("readThreads", threads);
            return this;
        }

        /**
         * How often {@link Journal#watch} looks for what other processes have stored; default every second.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder watchEvery(Duration interval) {
            watchEvery = positive("watchEvery", interval);
            return this;
        }

        /** Whose time it goes by, such as a test's; default real time, kept by a thread of its own. */
        public Builder timers(Timers theirs) {
            timers = Objects.requireNonNull(theirs, "timers");
            return this;
        }

        /**
         * Where it works, and where its answers are given; default threads of its own. It needs one for writing, one for answers, and as
         * many as there are {@link #readThreads}; they are blocked while the store is busy, if it {@link Store#isBlocking}. What it does not run it has to
         * refuse: if it drops a task without throwing, as by a {@link ThreadPoolExecutor.DiscardPolicy}, those who wait for it may have no answer, and the journal may store
         * nothing more.
         */
        public Builder executor(Executor theirs) {
            executor = Objects.requireNonNull(theirs, "executor");
            return this;
        }

        /** Makes it. */
        public Journal build() {
            return new Journal(this);
        }

        private static Duration positive(String name, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(name + ": " + duration + " (expected: more than nothing)");
            }
            return duration;
        }

        private static int atLeastOne(String name, int number) {
            if (number < 1) {
                throw new IllegalArgumentException(name + ": " + number + " (expected: at least 1)");
            }
            return number;
        }
    }
}
