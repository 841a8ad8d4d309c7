package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.Entry;
import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** What tests of stores write and ask. */
final class Writes {
    private Writes() {}

    static Write append(String stream) {
        return append(stream, "{}");
    }

    static Write append(String stream, String json) {
        return new Write.Append(
                stream,
                List.of(new Write.NewEntry("e", Payload.json(json), Optional.empty())),
                OptionalLong.empty(),
                Optional.empty());
    }

    static Write once(String stream, String key) {
        return new Write.Append(
                stream,
                List.of(new Write.NewEntry("e", Payload.EMPTY, Optional.empty())),
                OptionalLong.empty(),
                Optional.of(new Write.Once("ann", key, "f", Optional.empty(), Duration.ofHours(1))));
    }

    static Written write(Store store, Write write) {
        return store.write(List.of(write)).get(0);
    }

    /** Appends so many, in one group, and tells the position of the last. */
    static Position fill(Store store, String stream, int count) {
        List<Written> written = store.write(
                IntStream.range(0, count).mapToObj(i -> append(stream)).toList());
        return ((Written.Appended) written.get(count - 1)).last();
    }

    static Position head(Store store, String stream) {
        return store.standing(stream, Optional.empty()).head();
    }

    static Verdict verdict(Store store, String stream, Position since) {
        return store.standing(stream, Optional.of(since)).since();
    }

    static List<Long> offsets(Page page) {
        return page.entries().stream()
                .map(Entry::position)
                .map(Position::offset)
                .toList();
    }

    static void trim(Store store, Retention retention) {
        while (store.trim(stream -> retention)) {
            Thread.onSpinWait();
        }
    }

    /** Does something in a thread of its own: the common pool may have only one for all. */
    static CompletableFuture<Void> inThread(Runnable work) {
        return CompletableFuture.runAsync(work, task -> new Thread(task).start());
    }
}
