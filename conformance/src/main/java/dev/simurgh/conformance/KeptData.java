package dev.simurgh.conformance;

import dev.simurgh.journal.Journal;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.jdbc.JdbcStore;
import dev.simurgh.journal.spi.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The topics that are kept, and what they are kept in. */
final class KeptData implements AutoCloseable {
    private static final String JDBC = "jdbc:";

    /** Servers on one database that are no cluster hear of each other so late. */
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);

    private final Journal journal;
    private final KeptTopics topics;

    private KeptData(Journal journal) {
        this.journal = journal;
        this.topics = KeptTopics.builder(journal)
                .keep(
                        "kept:*",
                        Retention.builder()
                                .maxEntries(10_000)
                                .maxAge(Duration.ofHours(1))
                                .build())
                .keep("small:*", Retention.builder().maxEntries(10).build())
                .checkEvery(CHECK_EVERY)
                .build();
    }

    /**
     * Opens what topics are kept in.
     *
     * @param data a file, for SQLite, or a URL of PostgreSQL; empty for the memory of this process
     * @throws dev.simurgh.journal.spi.StoreException if it cannot be opened
     */
    static KeptData open(Optional<String> data) {
        return new KeptData(data.map(KeptData::journal).orElseGet(Journal::inMemory));
    }

    private static Journal journal(String data) {
        Store store = data.startsWith(JDBC)
                ? JdbcStore.postgresql(data, System.getProperty("user.name"), "")
                        .open() // unless the URL says otherwise
                : JdbcStore.sqlite(Path.of(data)).open();
        return Journal.builder(store).build();
    }

    KeptTopics topics() {
        return topics;
    }

    /** Closes it; behind the endpoint. */
    @Override
    public void close() {
        journal.close();
    }
}
