package dev.simurgh.journal;

import dev.simurgh.journal.spi.Write;
import dev.simurgh.protocol.Payload;
import dev.simurgh.protocol.spi.PayloadCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Business state that outlives channels, connections and processes: an account, an auction, a count. Each has a stream of events in a {@link
 * Journal}, and is what they make of it. A command gets the state, one command at a time, and says what happens; the command is answered when
 * that is stored.
 *
 * <pre>{@code
 * record Tally(long count) {}
 * record Added(long by) {}
 *
 * Durable<Tally, Added> tallies = Durable.of(journal, codec, DurableSpec.builder(new Tally(0), (Tally tally, Added added) -> new Tally(tally.count() + added.by()))
 *         .event("added", Added.class)
 *         .build());
 * tallies.ask("tally:lemons", tally -> Decision.event(new Added(2), tally.count() + 2));
 * }</pre>
 *
 * <p>A stream has the name of a topic: if {@link KeptTopics} keeps it, its events are broadcast, and those who have joined see exactly them, in
 * order. Several processes may share the store: who decides by a state that is not the latest is refused by the store, reads what it has missed, and decides
 * anew. So a command may be run more than once, and must do nothing but decide. What it throws is its answer.
 *
 * <p>For any thread; nothing blocks. Commands run on threads of the journal and must be short; so must be what depends on the futures. Failures to store are
 * {@link JournalException}s: if {@link JournalException#outcomeUnknown}, what was decided may have happened, and only a command with a {@link RequestKey} can be
 * asked again without a second thought.
 *
 * @param <S> the state
 * @param <E> the events
 */
public final class Durable<S, E> implements AutoCloseable {
    /** What a command takes, about, besides its request. */
    private static final long COMMAND = 1_024;

    private final Journal journal;
    private final PayloadCodec codec;
    private final DurableSpec<S, E> spec;
    private final Duration window;
    private final ConcurrentHashMap<String, DurableProcess<S, E>> processes = new ConcurrentHashMap<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final LongAdder refused = new LongAdder();
    private boolean sweeping; // guarded by this
    private volatile boolean closed;

    private Durable(Journal journal, PayloadCodec codec, DurableSpec<S, E> spec) {
        this.journal = Objects.requireNonNull(journal, "journal");
        this.codec = Objects.requireNonNull(codec, "codec");
        this.spec = Objects.requireNonNull(spec, "spec");
        this.window = Duration.ofHours(24);
    }

    /**
     * Makes states of a spec, as many as there are streams.
     *
     * @param codec of events, snapshots, and answers under a key; such as {@code endpoint.codec()}
     */
    public static <S, E> Durable<S, E> of(Journal journal, PayloadCodec codec, DurableSpec<S, E> spec) {
        return new Durable<>(journal, codec, spec);
    }

    /**
     * Has a command decide.
     *
     * @return its answer, once the events are stored; what it has thrown; or why they could not be stored
     */
    public <R> CompletableFuture<R> ask(String stream, Function<S, Decision<E, R>> command) {
        return offer(stream, new DurableCommand<>(command, Optional.empty(), Object.class, codec), COMMAND);
    }

    /**
     * Has a command decide once for a key, whose repetitions within 24 hours get the same answer, also from another process, and after a restart. If it throws, it may be tried
     * again under the same key.
     *
     * @param answerType by which the codec decodes the answer again
     * @return also fails with a {@link KeyReusedException} if the key was there with another request
     */
    public <R> CompletableFuture<R> ask(
            String stream, RequestKey key, Class<R> answerType, Function<S, Decision<E, R>> command) {
        Write.Once once;
        long bytes;
        try {
            Payload request = Payload.of(key.request()).encoded(codec);
            bytes = COMMAND + Pending.bytes(request);
            once = new Write.Once(key.user(), key.key(), Fingerprint.of("ask", request), Optional.empty(), window);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        return offer(stream, new DurableCommand<>(command, Optional.of(once), answerType, codec), bytes);
    }

    /** The state as it is now, with all that any process has stored. */
    public CompletableFuture<S> state(String stream) {
        return ask(stream, Decision::answer);
    }

    /** How many states are in memory. */
    public int active() {
        return processes.size();
    }

    /** How many commands were refused because too many waited, or too many states were busy. */
    public long refused() {
        return refused.sum();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the caller has the future
    private <R> CompletableFuture<R> offer(String stream, DurableCommand<S, E, R> command, long bytes) {
        if (closed) {
            command.fail(new JournalException("the durable state was closed", false, null));
            return command.future();
        }
        long waiting = waitingBytes.addAndGet(bytes);
        command.future().whenComplete((answer, failure) -> waitingBytes.addAndGet(-bytes));
        if (waiting > spec.maxWaitingBytes) {
            refused.increment();
            command.fail(new JournalException(
                    "not asked: commands of " + (waiting - bytes) + " bytes wait, and this is of " + bytes
                            + " (expected: at most " + spec.maxWaitingBytes
                            + "; the store is too slow, or see DurableSpec.Builder.maxWaitingBytes)",
                    false,
                    null));
            return command.future();
        }
        boolean taken = false;
        while (!taken) {
            DurableProcess<S, E> process = processes.get(stream);
            process = process == null ? make(stream) : process;
            if (process == null) {
                refused.increment();
                command.fail(new JournalException(
                        "not asked: " + spec.maxActive
                                + " states are busy (expected: fewer at once; see DurableSpec.Builder.maxActive)",
                        false,
                        null));
                return command.future();
            }
            taken = process.offer(command);
        }
        return command.future();
    }

    private synchronized @Nullable DurableProcess<S, E> make(String stream) {
        DurableProcess<S, E> there = processes.get(stream);
        if (there != null) {
            return there;
        }
        if (processes.size() >= spec.maxActive && !makeRoom()) {
            return null;
        }
        DurableProcess<S, E> made = new DurableProcess<>(stream, journal, codec, spec, this::forget);
        processes.put(stream, made);
        sweepLater();
        return made;
    }

    private void forget(DurableProcess<S, E> process) {
        processes.remove(process.stream(), process);
    }

    /** A tenth at once, so that it is rare. */
    private boolean makeRoom() {
        long now = journal.timers().nanoTime();
        List<Idle<S, E>> longest = new ArrayList<>();
        for (DurableProcess<S, E> process : processes.values()) {
            if (process.isIdle()) {
                longest.add(new Idle<>(process, now - process.lastAsked()));
            }
        }
        longest.sort(Comparator.comparingLong(idle -> -idle.nanos()));
        int wanted = Math.max(1, spec.maxActive / 10);
        int gone = 0;
        for (Idle<S, E> idle : longest) {
            if (gone < wanted && idle.process().retire()) {
                gone++;
            }
        }
        return gone > 0;
    }

    /** For how long it was when that was looked at: to sort by what changes meanwhile is an error. */
    private record Idle<S, E>(DurableProcess<S, E> process, long nanos) {}

    private synchronized void sweepLater() {
        if (!sweeping && !closed) {
            sweeping = true;
            journal.timers().schedule(spec.idleAfter.dividedBy(2), this::sweep);
        }
    }

    private void sweep() {
        long now = journal.timers().nanoTime();
        for (DurableProcess<S, E> process : processes.values()) {
            if (now - process.lastAsked() >= spec.idleAfter.toNanos()) {
                process.retire();
            }
        }
        synchronized (this) {
            sweeping = false;
        }
        if (!processes.isEmpty()) {
            sweepLater();
        }
    }

    /** Takes no more commands; those that were taken are decided and answered. The journal stays open. */
    @Override
    public void close() {
        closed = true;
    }
}
