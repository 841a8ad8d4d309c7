package hello;

import hello.Tally.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The append-only log of all changes, in one SQLite file.
 *
 * <p>Write-ahead log and {@code synchronous=FULL}: once {@link #append} has returned, the changes are on the disk, and neither
 * kill -9 nor a power cut takes them back. Several processes of one machine may have the file open, as the nodes of a cluster
 * have: each append first reads what the others have appended since. One thread at a time; {@link TallyStore} has one for it.
 */
final class TallyLog implements AutoCloseable {
    // busy_timeout: how long one process waits for another's transaction, which takes milliseconds
    static final String PRAGMAS = "?journal_mode=WAL&synchronous=FULL&busy_timeout=5000";

    /**
     * What an append has come to.
     *
     * @param others what other processes have appended before
     * @param fresh for each change whether it is new; false means that its id was there before, and nothing was added
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Appended(List<Change> others, boolean[] fresh) {}

    private final Path file;
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement select;
    private long seen; // the position up to which the changes have been handed out

    private TallyLog(Path file, Connection connection) throws SQLException {
        this.file = file;
        this.connection = connection;
        this.insert = connection.prepareStatement("INSERT OR IGNORE INTO changes (name, amount, id) VALUES (?, ?, ?)");
        this.select = connection.prepareStatement(
                "SELECT position, name, amount, id FROM changes WHERE position > ? ORDER BY position");
    }

    /**
     * Opens the log, or creates it.
     *
     * @throws UncheckedIOException if the file is not a log or cannot be written
     */
    static TallyLog open(Path file) {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath() + PRAGMAS);
            try {
                try (var statement = connection.createStatement()) {
                    statement.execute("""
                            CREATE TABLE IF NOT EXISTS changes (
                                position INTEGER PRIMARY KEY,
                                name     TEXT    NOT NULL,
                                amount   INTEGER NOT NULL,
                                id       TEXT    NOT NULL,
                                UNIQUE (name, id))""");
                }
                return new TallyLog(file, connection);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    "tally file: " + file + " (expected: a writable SQLite file)", new IOException(e));
        }
    }

    /** Returns the changes that were appended since this was last asked, by any process, in their order; at first all. */
    List<Change> news() {
        try {
            return readNews();
        } catch (SQLException e) {
            throw failed("read", e);
        }
    }

    private List<Change> readNews() throws SQLException {
        List<Change> news = new ArrayList<>();
        long last = seen;
        select.setLong(1, last);
        try (var rows = select.executeQuery()) {
            while (rows.next()) {
                last = rows.getLong(1);
                news.add(new Change(rows.getString(2), rows.getLong(3), rows.getString(4)));
            }
        }
        seen = last;
        return news;
    }

    /** Appends the changes in one transaction, all or none, and returns once they are on the disk. */
    Appended append(List<Change> changes) {
        long before = seen;
        try {
            execute("BEGIN IMMEDIATE"); // takes the write lock at once: what is read next stays the last word until the
            // commit
            List<Change> others = readNews();
            boolean[] fresh = new boolean[changes.size()];
            for (int i = 0; i < fresh.length; i++) {
                fresh[i] = insert(changes.get(i));
            }
            readNews(); // these changes themselves, which are handed out by the answer
            execute("COMMIT");
            return new Appended(others, fresh);
        } catch (SQLException e) {
            seen = before;
            rollback(e);
            throw failed("written", e);
        }
    }

    private boolean insert(Change change) throws SQLException {
        insert.setString(1, change.name());
        insert.setLong(2, change.by());
        insert.setString(3, change.id());
        return insert.executeUpdate() == 1;
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void rollback(SQLException cause) {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try (connection) {
            insert.close();
            select.close();
        } catch (SQLException e) {
            throw failed("closed", e);
        }
    }

    private UncheckedIOException failed(String verb, SQLException cause) {
        return new UncheckedIOException("tally file could not be " + verb + ": " + file, new IOException(cause));
    }
}
