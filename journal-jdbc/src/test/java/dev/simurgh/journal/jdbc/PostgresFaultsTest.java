package dev.simurgh.journal.jdbc;

import static dev.simurgh.journal.jdbc.Writes.fill;
import static dev.simurgh.journal.jdbc.Writes.head;
import static dev.simurgh.journal.jdbc.Writes.inThread;
import static dev.simurgh.journal.jdbc.Writes.offsets;
import static dev.simurgh.journal.jdbc.Writes.once;
import static dev.simurgh.journal.jdbc.Writes.verdict;
import static dev.simurgh.journal.jdbc.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** PostgreSQL with several nodes, and when things go wrong with it. */
class PostgresFaultsTest {
    private static final String DATABASE = "faults";
    private static final Duration SHORT = Duration.ofMillis(600);
    /** Far more than a call may take, however slow the machine. */
    private static final Duration LONG = Duration.ofSeconds(20);

    // Several nodes.

    @Test
    void nodesThatStartAtOnceMakeTheTablesOnce() {
        Postgreses.url("fresh");
        List<JdbcStore> stores = Collections.synchronizedList(new ArrayList<>());
        together(6, i -> stores.add(Postgreses.store("fresh").open()));
        assertThat(stores.stream().map(store -> head(store, "room").epoch()).distinct())
                .hasSize(1);
        stores.forEach(JdbcStore::close);
    }

    @Test
    void offsetsBecomeVisibleInOrderWhoeverWritesAndWhateverIsUndone() throws Exception {
        int writers = 6;
        int each = 40;
        try (JdbcStore one = store().open();
                JdbcStore two = store().open();
                JdbcStore three = store().open()) {
            fill(one, "busy", 1);
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> undoing = inThread(() -> undo(done));
            List<Long> seen = Collections.synchronizedList(new ArrayList<>());
            CompletableFuture<Void> reading = inThread(() -> {
                while (seen.size() < 1 + writers * each) {
                    long after = seen.isEmpty() ? 0 : seen.get(seen.size() - 1);
                    seen.addAll(offsets(three.read("busy", after, 20, 100_000)));
                }
            });
            together(writers, i -> {
                for (int j = 0; j < each; j++) {
                    fill(i % 2 == 0 ? one : two, "busy", 1);
                }
            });
            reading.get();
            done.set(true);
            undoing.get();
            assertThat(seen)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 1 + writers * each)
                            .boxed()
                            .toList());
        }
    }

    /** Takes the next offset again and again, for some time, and then does not use it. */
    private static void undo(AtomicBoolean done) {
        Random random = new Random(7);
        while (!done.get()) {
            try (Connection connection = connect()) {
                connection.setAutoCommit(false);
                run(connection, "UPDATE journal_stream SET head = head + 1 WHERE name = 'busy'");
                run(
                        connection,
                        "INSERT INTO journal_entry SELECT id, head, 1, 1, 'undone', NULL, 0, '' FROM journal_stream WHERE name = 'busy'");
                run(connection, "SELECT pg_sleep(" + random.nextInt(20) / 1000.0 + ")");
                connection.rollback();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void groupsThatOverlapWaitForEachOtherInOneDirection() {
        try (JdbcStore one = store().open();
                JdbcStore two = store().open()) {
            together(4, i -> {
                Random random = new Random(i);
                for (int j = 0; j < 25; j++) {
                    List<Write> group = new ArrayList<>();
                    for (int k = 0; k < 20; k++) {
                        int n = random.nextInt(15);
                        group.add(
                                k % 3 == 0
                                        ? once("new " + j + " " + n, "key " + random.nextInt(1_000_000))
                                        : Writes.append("overlap " + n));
                    }
                    assertThat((i % 2 == 0 ? one : two).write(group)).hasSize(20);
                }
            });
        }
        assertThat(deadlocks()).isZero();
    }

    private static long deadlocks() {
        try (Connection connection = connect()) {
            return Long.parseLong(
                    text(connection, "SELECT deadlocks FROM pg_stat_database WHERE datname = '" + DATABASE + "'"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aKeyThatComesToSeveralNodesAtOnceIsDoneOnce() {
        List<Written> all = Collections.synchronizedList(new ArrayList<>());
        try (JdbcStore one = store().open();
                JdbcStore two = store().open()) {
            together(6, i -> {
                for (int j = 0; j < 10; j++) {
                    all.add(write(i % 2 == 0 ? one : two, once("shared", "key " + j)));
                }
            });
            assertThat(all.stream().filter(Written.Appended.class::isInstance)).hasSize(10);
            assertThat(all.stream().filter(Written.Repeated.class::isInstance)).hasSize(50);
            assertThat(head(one, "shared").offset()).isEqualTo(10);
        }
    }

    @Test
    void whoHoldsAStreamIsWaitedForInBoundedTimeAndTheOthersGoOn() throws SQLException {
        try (JdbcStore store = store().timeout(SHORT).open();
                Connection other = connect()) {
            fill(store, "held", 1);
            other.setAutoCommit(false);
            run(other, "SELECT * FROM journal_stream WHERE name = 'held' FOR UPDATE");
            assertThatThrownBy(() -> fill(store, "held", 1))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("somebody else keeps a stream locked (expected: for less than 450 ms");
            assertThat(fill(store, "not held", 1).offset()).isEqualTo(1);
            assertThat(offsets(store.read("held", 0, 10, 1_000))).containsExactly(1L);
            other.rollback();
            assertThat(fill(store, "held", 1).offset()).isEqualTo(2);
        }
    }

    // A fail-over.

    @Test
    void aServerThatHasBecomeReadOnlyIsLeftAtOnceAndTheNextIsFound() {
        try (JdbcStore store = store().timeout(SHORT).open()) {
            fill(store, "failing over", 1);
            readOnly(true);
            try {
                StoreException first = until(() -> fill(store, "failing over", 1));
                assertThat(first).hasMessageContaining("is read-only (expected: the primary");
                assertThat(first.outcomeUnknown()).isFalse();
                // from then on it is not even connected to
                assertThat(catchThrowableOfType(StoreException.class, () -> fill(store, "failing over", 1)))
                        .hasMessageContaining("primary");
            } finally {
                readOnly(false);
            }
            assertThat(recovered(() -> fill(store, "failing over", 1)).offset())
                    .isEqualTo(head(store, "failing over").offset());
            List<Long> offsets = offsets(store.read("failing over", 0, 1_000, 100_000));
            assertThat(offsets)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, offsets.size()).boxed().toList());
        }
    }

    private static void readOnly(boolean on) {
        Postgreses.execute(
                "postgres",
                "SET default_transaction_read_only = off",
                "ALTER SYSTEM SET default_transaction_read_only = " + (on ? "on" : "off"),
                "SELECT pg_reload_conf()");
    }

    /** Does something until it fails. */
    private static StoreException until(Runnable work) {
        while (true) {
            try {
                work.run();
            } catch (StoreException e) {
                return e;
            }
        }
    }

    /** Does something until it works. */
    private static <T> T recovered(Supplier<T> work) {
        while (true) {
            try {
                return work.get();
            } catch (StoreException e) {
                // not yet
            }
        }
    }

    @Test
    void everyCallEndsWhenTheNetworkGoesSilent() throws IOException {
        try (FaultyWire wire = new FaultyWire(Postgreses.server().getPort());
                JdbcStore store = store(wire).timeout(SHORT).open()) {
            fill(store, "silent", 2);
            store.read("silent", 0, 10, 1_000);
            wire.goSilent();
            for (Consumer<Store> call : List.<Consumer<Store>>of(
                    s -> fill(s, "silent", 1),
                    s -> s.read("silent", 0, 10, 1_000),
                    s -> head(s, "silent"),
                    s -> s.heads(List.of("silent")),
                    s -> s.snapshot("silent"),
                    s -> s.acknowledged("silent"),
                    s -> Writes.trim(s, Retention.forever()))) {
                long began = System.nanoTime();
                StoreException failure = catchThrowableOfType(StoreException.class, () -> call.accept(store));
                assertThat(failure).isNotNull();
                assertThat(failure.outcomeUnknown()).isFalse();
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG);
            }
            wire.recover();
            assertThat(recovered(() -> fill(store, "silent", 1)).offset()).isEqualTo(3);
            assertThat(offsets(recovered(() -> store.read("silent", 0, 10, 1_000))))
                    .containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void aServerThatIsNotThereIsSaidInBoundedTime() throws IOException {
        JdbcStore store;
        try (FaultyWire wire = new FaultyWire(Postgreses.server().getPort())) {
            store = store(wire).timeout(SHORT).open();
            fill(store, "gone", 1);
        }
        try (store) {
            StoreException failure = until(() -> fill(store, "gone", 1));
            assertThat(failure.outcomeUnknown()).isFalse();
            assertThat(catchThrowableOfType(StoreException.class, () -> fill(store, "gone", 1)))
                    .hasMessageContaining("refused");
        }
    }

    @Test
    void whatWasCommittedWithoutAnAnswerIsAskedFor() throws Exception {
        try (FaultyWire wire = new FaultyWire(Postgreses.server().getPort());
                JdbcStore store = store(wire).open()) {
            write(store, once("cut", "k1"));
            wire.cutAfterCommit();
            Written second = write(store, once("cut", "k2"));
            wire.awaitCut();
            assertThat(((Written.Appended) second).last().offset()).isEqualTo(2);
            assertThat(write(store, once("cut", "k2")))
                    .isInstanceOfSatisfying(
                            Written.Repeated.class,
                            repeated -> assertThat(repeated.last()).isEqualTo(((Written.Appended) second).last()));
            assertThat(offsets(store.read("cut", 0, 10, 1_000))).containsExactly(1L, 2L);
        }
    }

    @Test
    void whatNobodyCanTellIsUnknownAndTheSameKeyFindsOut() throws Exception {
        try (FaultyWire wire = new FaultyWire(Postgreses.server().getPort());
                JdbcStore store = store(wire).timeout(SHORT).open()) {
            write(store, once("unknown", "k1"));
            wire.goSilentAfterCommit();
            StoreException failure =
                    catchThrowableOfType(StoreException.class, () -> write(store, once("unknown", "k2")));
            assertThat(failure.outcomeUnknown()).isTrue();
            wire.recover();
            assertThat(recovered(() -> write(store, once("unknown", "k2")))).isInstanceOf(Written.Repeated.class);
            assertThat(offsets(store.read("unknown", 0, 10, 1_000))).containsExactly(1L, 2L);
        }
    }

    // Backups.

    @Test
    void aClientIsToldWhenABackupIsPutBackWhileNodesRun() {
        Postgreses.url("shop");
        try (JdbcStore store = Postgreses.store("shop").open()) {
            Position before = fill(store, "room", 250);
            fill(store, "room", 50);
            copy("shop", "shop_backup");
            Position lost = recovered(() -> fill(store, "room", 200));
            copy("shop_backup", "shop");

            assertThat(recovered(() -> verdict(store, "room", lost))).isEqualTo(Verdict.UNKNOWN);
            assertThat(recovered(() -> fill(store, "room", 300)).offset()).isEqualTo(600);
            assertThat(lost.offset()).isEqualTo(500);
            assertThat(verdict(store, "room", lost)).as("another 500").isEqualTo(Verdict.UNKNOWN);
            assertThat(verdict(store, "room", new Position(lost.epoch(), 301))).isEqualTo(Verdict.UNKNOWN);
            assertThat(verdict(store, "room", before)).isEqualTo(Verdict.COMPLETE);
        }
    }

    private static void copy(String from, String to) {
        Postgreses.execute(
                "postgres",
                "DROP DATABASE IF EXISTS " + to + " WITH (FORCE)",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + from + "'",
                "ALTER DATABASE " + from + " ALLOW_CONNECTIONS false",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + from + "'",
                "CREATE DATABASE " + to + " TEMPLATE " + from,
                "ALTER DATABASE " + from + " ALLOW_CONNECTIONS true");
    }

    @Test
    void anotherEpochBeginsWhenTheTablesAreOthersOnTheSameConnection() {
        try (JdbcStore store = store().open()) {
            Position before = fill(store, "rewritten", 1);
            assertThat(fill(store, "rewritten", 1).epoch()).isEqualTo(before.epoch());
            // as a restore does, which empties the tables and fills them
            Postgreses.execute(
                    DATABASE,
                    "CREATE TABLE saved AS SELECT * FROM journal_entry",
                    "TRUNCATE journal_entry",
                    "INSERT INTO journal_entry SELECT * FROM saved",
                    "DROP TABLE saved");
            assertThat(fill(store, "rewritten", 1).epoch()).isNotEqualTo(before.epoch());
            assertThat(verdict(store, "rewritten", before)).isEqualTo(Verdict.COMPLETE);
        }
    }

    @Test
    void aCopyOfADatabaseIsAnother() throws SQLException {
        Postgreses.url("copied");
        try (JdbcStore store = Postgreses.store("copied").open()) {
            fill(store, "room", 1);
        }
        copy("copied", "copied_backup");
        assertThat(mark("copied")).isEqualTo(mark("copied")).isNotEqualTo(mark("copied_backup"));
    }

    private static String mark(String database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                Postgreses.server().getJdbcUrl("postgres", database), "postgres", "postgres")) {
            return text(connection, "SELECT " + new Postgres("test", SHORT).markColumn());
        }
    }

    // Settings.

    @Test
    void whatIsStoredIsOnTheDiskWhateverTheServersDefaultIs() throws SQLException {
        Postgreses.url("unsafe");
        Postgreses.execute("postgres", "ALTER DATABASE unsafe SET synchronous_commit = off");
        try (Connection connection = Postgres.connections(Postgreses.url("unsafe"), "postgres", "postgres", SHORT)
                .getConnection()) {
            assertThat(text(connection, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(text(connection, "SHOW jit")).isEqualTo("off");
            assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("600ms");
            assertThat(text(connection, "SHOW lock_timeout")).isEqualTo("450ms");
            assertThat(text(connection, "SHOW idle_in_transaction_session_timeout"))
                    .isEqualTo("1200ms");
        }
    }

    @Test
    void theApplicationsOwnPoolIsUsedAndLeftOpen() {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(Postgreses.url(DATABASE) + "&user=postgres");
            try (JdbcStore store = JdbcStore.of(pool).open()) {
                assertThat(fill(store, "own pool", 3).offset()).isEqualTo(3);
                assertThat(offsets(store.read("own pool", 1, 10, 1_000))).containsExactly(2L, 3L);
            }
            assertThat(pool.isClosed()).isFalse();
        }
    }

    @Test
    void connectionsOfTheApplicationAreGivenBackAsTheyWere() throws SQLException {
        try (Connection theirs = connect();
                JdbcStore store = JdbcStore.of(Lent.pool(() -> {}, theirs)).open()) {
            theirs.setAutoCommit(false);
            theirs.setNetworkTimeout(Runnable::run, 123_000);
            fill(store, "theirs", 3);
            assertThat(offsets(store.read("theirs", 0, 10, 1_000))).containsExactly(1L, 2L, 3L);
            Writes.trim(store, Retention.forever());
            assertThat(theirs.getNetworkTimeout()).isEqualTo(123_000);
            assertThat(theirs.getAutoCommit()).isFalse();
            assertThat(theirs.unwrap(BaseConnection.class).getTransactionState())
                    .isEqualTo(TransactionState.IDLE);
        }
    }

    @Test
    void whatIsCommittedIsStoredThoughItsConnectionCannotBeGivenBack() throws SQLException {
        AtomicBoolean ended = new AtomicBoolean();
        try (Connection theirs = connect();
                JdbcStore store = JdbcStore.of(Lent.pool(
                                () -> {
                                    if (ended.get()) {
                                        throw new SQLException("the pool has ended", "08003");
                                    }
                                },
                                theirs))
                        .open()) {
            ended.set(true);
            assertThat(fill(store, "given back", 1).offset()).isEqualTo(1);
            assertThat(offsets(store.read("given back", 0, 10, 1_000))).containsExactly(1L);
        }
    }

    @Test
    void severalConnectionsOfAPoolAreNoNewEpochEachTime() throws SQLException {
        try (Connection one = connect();
                Connection two = connect();
                JdbcStore store = JdbcStore.of(Lent.pool(() -> {}, one, two)).open()) {
            fill(store, "in turn", 1);
            fill(store, "in turn", 1);
            Position third = fill(store, "in turn", 1);
            assertThat(fill(store, "in turn", 1).epoch()).isEqualTo(third.epoch());
            assertThat(fill(store, "in turn", 1).epoch()).isEqualTo(third.epoch());
        }
    }

    @Test
    void transactionsAreOfTheIsolationTheyNeedWhateverTheServersDefaultIs() throws SQLException {
        Postgreses.url("isolated");
        Postgreses.execute("postgres", "ALTER DATABASE isolated SET default_transaction_isolation = 'serializable'");
        try (JdbcStore one = Postgreses.store("isolated").open();
                JdbcStore two = Postgreses.store("isolated").open();
                HikariDataSource pool = new HikariDataSource()) {
            together(4, i -> {
                for (int j = 0; j < 20; j++) {
                    fill(i % 2 == 0 ? one : two, "busy", 1);
                }
            });
            assertThat(head(one, "busy").offset()).isEqualTo(80);
            pool.setJdbcUrl(Postgreses.url("isolated") + "&user=postgres");
            assertThatThrownBy(() -> JdbcStore.of(pool).open())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("isolation of the pool's connections: 8 (expected: 2, read committed;");
        }
    }

    @Test
    void aPoolOfAnotherDatabaseIsRefused(@TempDir Path directory) {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl("jdbc:sqlite:" + directory.resolve("x.db"));
            assertThatThrownBy(() -> JdbcStore.of(pool).open())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("database: SQLite (expected: PostgreSQL; for SQLite JdbcStore.sqlite(file))");
        }
    }

    @Test
    void aNameThatTheDatabaseCannotTakeHurtsNobodyElse() {
        try (JdbcStore store = store().open()) {
            Random random = new Random(1);
            StringBuilder name = new StringBuilder();
            random.ints(100_000, 'a', 'z').forEach(c -> name.append((char) c));
            assertThatThrownBy(() -> fill(store, name.toString(), 1)).isInstanceOf(IllegalArgumentException.class);
            assertThat(fill(store, "fine", 1).offset()).isEqualTo(1);
        }
    }

    // What the tests are made of.

    private static JdbcStore.Builder store() {
        return Postgreses.store(DATABASE);
    }

    private static JdbcStore.Builder store(FaultyWire wire) {
        String url = Postgreses.url(DATABASE);
        return JdbcStore.postgresql(
                url.replace(":" + Postgreses.server().getPort() + "/", ":" + wire.port() + "/"),
                "postgres",
                "postgres");
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(Postgreses.url(DATABASE), "postgres", "postgres");
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return Optional.ofNullable(row.getString(1)).orElse("");
        }
    }

    /** Does something in so many threads, and waits for all. */
    private static void together(int threads, Consumer<Integer> work) {
        CompletableFuture.allOf(IntStream.range(0, threads)
                        .mapToObj(i -> inThread(() -> work.accept(i)))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }
}
