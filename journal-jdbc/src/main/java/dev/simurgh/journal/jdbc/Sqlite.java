package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of SQLite, with a write-ahead log that is written through to the disk at each commit.
 *
 * <p>Transactions are begun and ended by statements, not by the driver's {@code commit()}: that begins the next one at once, and a failure of this
 * looks like one of the commit. All that write do so from their first statement (BEGIN IMMEDIATE): a transaction that
 * began by reading cannot be made one that writes when somebody else has written, and no timeout helps.
 */
final class Sqlite implements Dialect {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcStore.class);
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int TOO_BIG = 18;
    private static final int CONSTRAINT = 19;
    private static final int NOT_A_DATABASE = 26;
    private static final long RETRY_NANOS = 20_000_000;
    private static final int CHECKPOINT_WAIT_MILLIS = 50;
    private static final long TIDY_AGAIN_NANOS = Duration.ofMillis(200).toNanos();
    private static final long WARN_EVERY_NANOS = Duration.ofMinutes(10).toNanos();

    private final Path file;
    private final Path wal;
    private final Duration timeout;
    private final long maxWalBytes;
    private final StoreClock clock;
    private @Nullable Object fileKey;
    private long tidyNanos = System.nanoTime();
    private long warnedNanos = System.nanoTime() - WARN_EVERY_NANOS;

    Sqlite(Path file, Duration timeout, long maxWalBytes, StoreClock clock) {
        this.file = file.toAbsolutePath();
        this.wal = this.file.resolveSibling(this.file.getFileName() + "-wal");
        this.timeout = timeout;
        this.maxWalBytes = maxWalBytes;
        this.clock = clock;
    }

    OpeningDataSource connections(boolean areForWriting) {
        Properties properties = new Properties();
        // first, since the change to WAL may find the file locked
        properties.setProperty("busy_timeout", Long.toString(timeout.toMillis()));
        properties.setProperty("journal_mode", "WAL");
        properties.setProperty("synchronous", "FULL");
        properties.setProperty("journal_size_limit", Long.toString(maxWalBytes));
        return new OpeningDataSource("jdbc:sqlite:" + file, properties, connection -> {
            require(connection, "journal_mode", "wal");
            require(connection, "synchronous", "2");
            require(connection, "busy_timeout", Long.toString(timeout.toMillis()));
            require(connection, "journal_size_limit", Long.toString(maxWalBytes));
            if (!areForWriting) {
                execute(connection, "PRAGMA query_only = 1");
            }
        });
    }

    private static void require(Connection connection, String pragma, String value) throws SQLException {
        String found = text(connection, "PRAGMA " + pragma);
        if (!value.equals(found)) {
            throw new SQLException("pragma " + pragma + ": " + found + " (expected: " + value + ")");
        }
    }

    private static @Nullable String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Checks the file, makes its tables, and begins its clock. */
    void open() {
        SqliteFile.check(file);
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            try (Connection connection = connections(true).getConnection()) {
                if (Files.size(file) <= SqliteFile.MAX_CHECKED_BYTES) {
                    String found = text(connection, "PRAGMA quick_check(1)");
                    if (!"ok".equals(found)) {
                        throw SqliteFile.damaged(file, String.valueOf(found), null);
                    }
                }
                Schema.migrate(connection, this);
                String newest = text(connection, "SELECT MAX(newest_at) FROM journal_stream");
                clock.begin(newest == null ? 0 : Long.parseLong(newest));
                fileKey = fileKey();
                return;
            } catch (SQLException e) {
                // the change to WAL does not wait
                if (code(e) != BUSY || System.nanoTime() > end) {
                    throw failure(e, false);
                }
                LockSupport.parkNanos(RETRY_NANOS);
            } catch (IOException e) {
                throw new StoreException("store: " + file + " cannot be read", false, e);
            }
        }
    }

    private @Nullable Object fileKey() {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void beforeWriting() {
        Object opened = fileKey;
        if (opened != null && !opened.equals(fileKey())) {
            throw new StoreException(
                    "store: " + file
                            + " was replaced or removed while it was open, and nothing more is stored (expected: a backup"
                            + " is put back while no server runs; restart this one)",
                    false,
                    null);
        }
    }

    /**
     * Brings the log into the file if it has grown, as it does while there is always somebody reading. If somebody reads for longer, it is tried
     * again later, since those who write wait meanwhile.
     */
    @Override
    public void tidy(Connection connection) {
        if (walBytes() < maxWalBytes / 2 || System.nanoTime() - tidyNanos < 0) {
            return;
        }
        try {
            if (!checkpoint(connection)) {
                tidyNanos = System.nanoTime() + TIDY_AGAIN_NANOS;
                warn(walBytes());
            }
        } catch (SQLException e) {
            LOG.debug("store: the log of {} is not cut back yet", file, e);
        }
    }

    /** Tells whether nobody was in the way. */
    private boolean checkpoint(Connection connection) throws SQLException {
        execute(connection, "PRAGMA busy_timeout = " + CHECKPOINT_WAIT_MILLIS);
        try {
            return "0".equals(text(connection, "PRAGMA wal_checkpoint(TRUNCATE)"));
        } finally {
            execute(connection, "PRAGMA busy_timeout = " + timeout.toMillis());
        }
    }

    private void warn(long bytes) {
        if (bytes > maxWalBytes && System.nanoTime() - warnedNanos > WARN_EVERY_NANOS) {
            warnedNanos = System.nanoTime();
            LOG.warn(
                    "store: {} has {} bytes (expected: at most {}; another process keeps a transaction open, such as a backup or a shell)",
                    wal,
                    bytes,
                    maxWalBytes);
        }
    }

    private long walBytes() {
        try {
            return Files.size(wal);
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public List<List<String>> schemaSteps() {
        return List.of(Schema.first("INTEGER", "BLOB", " WITHOUT ROWID"));
    }

    @Override
    public String stateTable() {
        return "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'journal_state'";
    }

    @Override
    public void begin(Connection connection) throws SQLException {
        execute(connection, "BEGIN IMMEDIATE");
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        execute(connection, "ROLLBACK");
    }

    @Override
    public void lockSchema(Connection connection) {
        // the whole file is
    }

    @Override
    public String nowColumn() {
        return "0";
    }

    @Override
    public String markColumn() {
        return "''";
    }

    @Override
    public String transactionColumn() {
        return "''";
    }

    @Override
    public String outcome() {
        return "";
    }

    @Override
    public long now(long column) {
        return clock.millis();
    }

    @Override
    public String lock() {
        return "";
    }

    @Override
    public String lockFree() {
        return "";
    }

    @Override
    public String page() {
        return "SELECT entry_offset, epoch, event, entry_key, kind, payload FROM journal_entry"
                + " WHERE stream_id = (SELECT id FROM journal_stream WHERE name = ?) AND entry_offset > ? ORDER BY entry_offset LIMIT ?";
    }

    /** Rows are read one by one. */
    @Override
    public boolean pagesByBytes() {
        return false;
    }

    @Override
    public void limit(Connection connection, long millis) {
        // a statement waits for a lock only, for busy_timeout
    }

    @Override
    public boolean isRetried(SQLException e) {
        return false;
    }

    @Override
    public boolean keepsConnection(SQLException e) {
        int code = code(e);
        return code == BUSY || code == LOCKED || code == CONSTRAINT;
    }

    @Override
    public RuntimeException failure(SQLException e, boolean committing) {
        return switch (code(e)) {
            case BUSY, LOCKED ->
                new StoreException(
                        "store: " + file + " is locked by another process (expected: for less than "
                                + timeout.toMillis()
                                + " ms; processes take turns in writing a file; several nodes share a PostgreSQL)",
                        false,
                        e);
            case FULL ->
                new StoreException(
                        "store: no room on the disk of " + file + " (expected: some; it goes on when there is)",
                        false,
                        e);
            case CORRUPT, NOT_A_DATABASE -> SqliteFile.damaged(file, String.valueOf(e.getMessage()), e);
            case CONSTRAINT ->
                new IllegalArgumentException(
                        "store: " + file + ": " + e.getMessage() + " (expected: all tables of one backup)", e);
            case TOO_BIG -> new IllegalArgumentException("store: " + file + ": " + e.getMessage(), e);
            default -> new StoreException("store: " + file + ": " + e.getMessage(), committing, e);
        };
    }

    /** SQLite's code: the driver's exceptions of batches have it in their causes only. */
    private static int code(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() != 0) {
                return sql.getErrorCode();
            }
        }
        return 0;
    }
}
