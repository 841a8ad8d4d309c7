package dev.simurgh.testkit;

import dev.simurgh.channel.spi.Timers;
import dev.simurgh.journal.Entry;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.protocol.Ref;
import dev.simurgh.testkit.Inbox.Item;
import dev.simurgh.testkit.Inbox.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one case keeps, on its thread and its time. Made when it is first asked for. */
final class CaseJournal {
    private static final int PAGE = 1_000;

    private final ChannelCase kit;
    private final @Nullable Store shared;
    private final Timers timers;
    private @Nullable Journal journal;
    private @Nullable KeptTopics kept;

    CaseJournal(ChannelCase kit, @Nullable Store shared, Timers timers) {
        this.kit = kit;
        this.shared = shared;
        this.timers = timers;
    }

    Journal journal() {
        if (journal == null) {
            Store store = shared == null ? MemoryStore.builder().timers(timers).build() : shared;
            // Where it is asked: a join may wait for it, and there is no other thread that could answer.
            journal = Journal.builder(store)
                    .timers(timers)
                    .executor(Runnable::run)
                    .build();
        }
        return journal;
    }

    KeptTopics keep(UnaryOperator<KeptTopics.Builder> setup) {
        kept = setup.apply(KeptTopics.builder(journal())).build();
        return kept;
    }

    KeptTopics kept() {
        if (kept == null) {
            throw new IllegalStateException(
                    "kept: no topic is (expected: ChannelCase.builder().keep(kept -> kept.keep(\"room:*\", …)))");
        }
        return kept;
    }

    /** The last that is wanted. */
    String assertKept(String topic, Wanted wanted) {
        List<Entry> history = history(topic);
        return history.stream()
                .filter(entry -> wanted.near().and(wanted.exactly()).test(item(entry)))
                .reduce((earlier, later) -> later)
                .map(entry -> entry.position().toString())
                .orElseThrow(() -> failure("assertKept", topic, wanted.words(), near(history, wanted), history));
    }

    void refuteKept(String topic, Wanted unwanted) {
        List<Entry> history = history(topic);
        List<Entry> found = history.stream()
                .filter(entry -> unwanted.near().and(unwanted.exactly()).test(item(entry)))
                .toList();
        if (!found.isEmpty()) {
            throw failure("refuteKept", topic, "no " + unwanted.words(), found, history);
        }
    }

    private static List<Entry> near(List<Entry> history, Wanted wanted) {
        return history.stream().filter(entry -> wanted.near().test(item(entry))).toList();
    }

    private List<Entry> history(String topic) {
        kit.rest(kit.patience(), "the history of " + topic);
        if (!kept().keeps(topic)) {
            throw new IllegalArgumentException(
                    "topic: " + topic + " (expected: one that ChannelCase.Builder.keep has a pattern for)");
        }
        List<Entry> all = new ArrayList<>();
        long after = 0;
        while (true) {
            Page page = answer(journal().read(topic, after, PAGE, Long.MAX_VALUE));
            all.addAll(page.entries());
            if (page.upTo() >= page.head() || page.entries().isEmpty()) {
                return all;
            }
            after = page.upTo();
        }
    }

    private <T> T answer(CompletableFuture<T> future) {
        return kit.await(
                kit.patience(),
                () -> future.isDone() ? future.join() : null,
                () -> new AssertionError("the journal does not answer"));
    }

    private static Item item(Entry entry) {
        return new Item(Kind.BROADCAST, Ref.NONE, entry.event(), entry.payload());
    }

    private static AssertionError failure(
            String assertion, String topic, String expected, List<Entry> got, List<Entry> history) {
        return new AssertionError(assertion + " on " + topic + "\n  expected: " + expected + "\n  got:      "
                + (got.isEmpty() ? "nothing" : lines(got, "\n            "))
                + "\n  history of " + topic + ":"
                + (history.isEmpty() ? " empty" : "\n    " + lines(history, "\n    ")));
    }

    private static String lines(List<Entry> entries, String between) {
        return entries.stream()
                .map(entry -> entry.position() + " " + item(entry))
                .collect(Collectors.joining(between));
    }

    void close() {
        if (journal != null) {
            journal.close();
        }
    }
}
