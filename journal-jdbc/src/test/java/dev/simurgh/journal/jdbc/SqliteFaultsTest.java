package dev.simurgh.journal.jdbc;

import static dev.simurgh.journal.jdbc.Writes.append;
import static dev.simurgh.journal.jdbc.Writes.fill;
import static dev.simurgh.journal.jdbc.Writes.head;
import static dev.simurgh.journal.jdbc.Writes.inThread;
import static dev.simurgh.journal.jdbc.Writes.offsets;
import static dev.simurgh.journal.jdbc.Writes.trim;
import static dev.simurgh.journal.jdbc.Writes.verdict;
import static dev.simurgh.journal.jdbc.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of SQLite when things go wrong with it. */
class SqliteFaultsTest {
    private static final Duration SHORT = Duration.ofMillis(500);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("journal.db");
    }

    private JdbcStore open() {
        return JdbcStore.sqlite(file).open();
    }

    // A backup is put back.

    @Test
    void aClientIsToldWhenABackupWasPutBack() throws IOException {
        Path backup = directory.resolve("backup.db");
        Position before;
        Position lost;
        try (JdbcStore store = open()) {
            before = fill(store, "room", 250);
            fill(store, "room", 50);
        }
        Files.copy(file, backup);
        try (JdbcStore store = open()) {
            lost = fill(store, "room", 200);
        }
        Files.copy(backup, file, StandardCopyOption.REPLACE_EXISTING);
        try (JdbcStore store = open()) {
            assertThat(lost.offset()).isEqualTo(500);
            assertThat(verdict(store, "room", lost)).isEqualTo(Verdict.UNKNOWN);
            assertThat(verdict(store, "room", before)).isEqualTo(Verdict.COMPLETE);
            fill(store, "room", 300);
            assertThat(head(store, "room").offset()).isEqualTo(600);
            assertThat(verdict(store, "room", lost)).as("another 500").isEqualTo(Verdict.UNKNOWN);
            assertThat(verdict(store, "room", new Position(lost.epoch(), 301))).isEqualTo(Verdict.UNKNOWN);
            assertThat(verdict(store, "room", before)).isEqualTo(Verdict.COMPLETE);
        }
    }

    @Test
    void aFileThatIsReplacedWhileItIsOpenTakesNothingMore() throws IOException {
        Path backup = directory.resolve("backup.db");
        try (JdbcStore store = open()) {
            fill(store, "room", 1);
        }
        Files.copy(file, backup);
        try (JdbcStore store = open()) {
            fill(store, "room", 1);
            Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(() -> fill(store, "room", 1))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("was replaced or removed while it was open")
                    .hasMessageContaining("restart");
        }
    }

    // Damage.

    @Test
    void aFileOfSomethingElseIsRefused() throws IOException {
        Files.writeString(file, "a note, which is no database; it only has the name of one. ".repeat(10));
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged: it does not begin like a file of SQLite")
                .hasMessageContaining("put back a backup");
        assertThat(Files.readString(file)).startsWith("a note");
    }

    @Test
    void aFileWithoutItsEndIsRefused() throws IOException {
        try (JdbcStore store = open()) {
            fill(store, "room", 2_000);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 5_000);
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged: it has ")
                .hasMessageContaining(" bytes of ");
    }

    @Test
    void aFileWithAHoleIsRefused() throws IOException {
        try (JdbcStore store = open()) {
            fill(store, "room", 5_000);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(20_000), channel.size() / 2);
        }
        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("is damaged: ");
    }

    @Test
    void aLogWithoutItsFileIsRefused() throws IOException {
        Files.write(directory.resolve("journal.db-wal"), new byte[4_152]);
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is missing, but its log");
    }

    @Test
    void aFileGoesIntoADirectoryThatExists() {
        Path nowhere = directory.resolve("nowhere").resolve("journal.db");
        assertThatThrownBy(() -> JdbcStore.sqlite(nowhere).open())
                .isInstanceOf(StoreException.class)
                .hasMessage("store: " + nowhere + " (expected: a file in a directory that exists)");
    }

    @Test
    void tablesOfANewerVersionAreLeftAlone() throws SQLException {
        open().close();
        execute("UPDATE journal_state SET schema_version = 99");
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has a schema of version 99 (expected: at most ");
    }

    // Locks.

    @Test
    void itWaitsForAnotherProcessForAWhile() throws Exception {
        try (JdbcStore store = open();
                Connection other = raw()) {
            run(other, "BEGIN IMMEDIATE");
            CompletableFuture<Position> appended = new CompletableFuture<>();
            Thread writer = new Thread(() -> appended.completeAsync(() -> fill(store, "room", 1), Runnable::run));
            writer.start();
            while (Arrays.stream(writer.getStackTrace())
                    .noneMatch(frame -> frame.getClassName().endsWith(".NativeDB"))) {
                Thread.onSpinWait();
            }
            assertThat(appended).isNotDone();
            run(other, "COMMIT");
            assertThat(appended.get().offset()).isEqualTo(1);
            writer.join();
        }
    }

    @Test
    void itSaysThatAnotherProcessHoldsTheFile() throws SQLException {
        try (JdbcStore store = JdbcStore.sqlite(file).timeout(SHORT).open();
                Connection other = raw()) {
            fill(store, "room", 1);
            run(other, "BEGIN IMMEDIATE");
            assertThatThrownBy(() -> fill(store, "room", 1))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("is locked by another process (expected: for less than 500 ms");
            assertThat(offsets(store.read("room", 0, 10, 1_000))).containsExactly(1L);
            run(other, "ROLLBACK");
            assertThat(fill(store, "room", 1).offset()).isEqualTo(2);
        }
    }

    @Test
    void manyWhoReadWriteAndTrimAreNeverTooBusy() {
        try (JdbcStore store = open()) {
            AtomicBoolean done = new AtomicBoolean();
            AtomicLong read = new AtomicLong();
            CompletableFuture<?>[] readers = new CompletableFuture<?>[3];
            for (int i = 0; i < readers.length; i++) {
                readers[i] = inThread(() -> {
                    boolean last;
                    do {
                        last = done.get();
                        read.addAndGet(
                                store.read("room", 0, 100, 100_000).entries().size());
                    } while (!last);
                });
            }
            CompletableFuture<?>[] writers = new CompletableFuture<?>[4];
            for (int i = 0; i < writers.length; i++) {
                writers[i] = inThread(() -> {
                    for (int j = 0; j < 25; j++) {
                        write(store, append("room"));
                        store.trim(stream -> Retention.builder().maxEntries(20).build());
                    }
                });
            }
            CompletableFuture.allOf(writers).join();
            done.set(true);
            CompletableFuture.allOf(readers).join();
            assertThat(read.get()).isPositive();
            assertThat(head(store, "room").offset()).isEqualTo(100);
        }
    }

    @Test
    void everyConnectionHasThePragmas() throws SQLException {
        open().close();
        Sqlite sqlite = new Sqlite(file, SHORT, 2 << 20, StoreClock.real());
        for (boolean writing : new boolean[] {true, false}) {
            try (Connection connection = sqlite.connections(writing).getConnection()) {
                assertThat(pragma(connection, "journal_mode")).isEqualTo("wal");
                assertThat(pragma(connection, "synchronous")).as("FULL").isEqualTo("2");
                assertThat(pragma(connection, "busy_timeout")).isEqualTo("500");
                assertThat(pragma(connection, "journal_size_limit")).isEqualTo("2097152");
                assertThat(pragma(connection, "query_only")).isEqualTo(writing ? "0" : "1");
            }
        }
    }

    // Room.

    @Test
    void theLogIsCutBackWhoeverReads() throws Exception {
        long most = 1 << 20;
        Path wal = directory.resolve("journal.db-wal");
        String large = "\"" + "x".repeat(10_000) + "\"";
        try (JdbcStore store = JdbcStore.sqlite(file).maxWalBytes(most).open()) {
            try (Connection other = raw()) {
                fill(store, "room", 1);
                run(other, "BEGIN");
                run(other, "SELECT * FROM journal_state");
                for (int i = 0; i < 10; i++) {
                    store.write(Collections.nCopies(25, append("room", large)));
                }
                assertThat(Files.size(wal)).as("while somebody reads").isGreaterThan(2 * most);
                run(other, "COMMIT");
            }
            do {
                fill(store, "room", 1);
            } while (Files.size(wal) > 0);
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> reader = inThread(() -> {
                while (!done.get()) {
                    store.read("room", 0, 5, 1_000_000);
                }
            });
            int cuts = 0;
            for (int i = 0; i < 1_000 && cuts < 3; i++) {
                store.write(Collections.nCopies(25, append("room", large)));
                cuts += Files.size(wal) == 0 ? 1 : 0;
            }
            done.set(true);
            reader.get();
            assertThat(cuts).isEqualTo(3);
        }
    }

    @Test
    void aFullDiskIsSaidAndItGoesOnWhenThereIsRoom() {
        AtomicBoolean full = new AtomicBoolean();
        Sqlite sqlite = new Sqlite(file, SHORT, 64 << 20, StoreClock.real());
        sqlite.open();
        OpeningDataSource connections = sqlite.connections(true);
        try (JdbcStore store = new JdbcStore(
                sqlite,
                new Connections(
                        sqlite,
                        new Wrapped(connections, connection -> {
                            run(connection, "PRAGMA max_page_count = " + (full.get() ? 1 : 1_000_000));
                        }),
                        SHORT))) {
            fill(store, "room", 1);
            full.set(true);
            String large = "\"" + "x".repeat(100_000) + "\"";
            assertThatThrownBy(() -> write(store, append("room", large)))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("no room on the disk of ");
            assertThat(head(store, "room").offset()).isEqualTo(1);
            full.set(false);
            assertThat(write(store, append("room", large)))
                    .isInstanceOfSatisfying(
                            Written.Appended.class,
                            appended -> assertThat(appended.last().offset()).isEqualTo(2));
        }
    }

    // Time.

    @Test
    void whoSetsTheClockMakesNothingOlder() {
        AtomicLong timeOfDay = new AtomicLong(1_000_000_000_000L);
        AtomicLong nanos = new AtomicLong();
        Retention hour = Retention.builder().maxAge(Duration.ofHours(1)).build();
        try (JdbcStore store = open(timeOfDay, nanos)) {
            fill(store, "room", 3);
            timeOfDay.addAndGet(Duration.ofDays(400).toMillis());
            trim(store, hour);
            assertThat(offsets(store.read("room", 0, 10, 1_000))).hasSize(3);
            nanos.addAndGet(Duration.ofMinutes(59).toNanos());
            trim(store, hour);
            assertThat(offsets(store.read("room", 0, 10, 1_000))).hasSize(3);
            timeOfDay.addAndGet(-Duration.ofDays(800).toMillis());
            nanos.addAndGet(Duration.ofMinutes(2).toNanos());
            trim(store, hour);
            assertThat(offsets(store.read("room", 0, 10, 1_000))).isEmpty();
            fill(store, "room", 1);
        }
        // set back by two years since, and started anew
        try (JdbcStore store = open(timeOfDay, nanos)) {
            nanos.addAndGet(Duration.ofMinutes(59).toNanos());
            trim(store, hour);
            assertThat(offsets(store.read("room", 0, 10, 1_000))).containsExactly(4L);
            nanos.addAndGet(Duration.ofMinutes(2).toNanos());
            trim(store, hour);
            assertThat(offsets(store.read("room", 0, 10, 1_000))).isEmpty();
        }
    }

    private JdbcStore open(AtomicLong timeOfDay, AtomicLong nanos) {
        return JdbcStore.sqlite(file)
                .clock(new StoreClock(timeOfDay::get, nanos::get))
                .open();
    }

    // What the tests are made of.

    private Connection raw() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = raw()) {
            run(connection, sql);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            row.next();
            return row.getString(1);
        }
    }
}
