package hello;

import hello.Tally.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The append-only log of all changes, in one SQLite file.
 *
 * <p>Write-ahead log and {@code synchronous=FULL}: once {@link #append} has returned, the changes are on the disk, and neither
 * kill -9 nor a power cut takes them back. {@code locking_mode=EXCLUSIVE}: a second process cannot open the file, so the counts
 * in memory cannot drift from it. One thread at a time; {@link TallyStore} has one for it.
 */
final class TallyLog implements AutoCloseable {
    // busy_timeout: a second server should say at once that the file is taken
    static final String PRAGMAS = "?journal_mode=WAL&synchronous=FULL&locking_mode=EXCLUSIVE&busy_timeout=0";

    private final Path file;
    private final Connection connection;
    private final PreparedStatement insert;

    private TallyLog(Path file, Connection connection, PreparedStatement insert) {
        this.file = file;
        this.connection = connection;
        this.insert = insert;
    }

    /**
     * Opens the log, or creates it.
     *
     * @throws UncheckedIOException if the file is not a log, cannot be written, or is open elsewhere
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
                connection.setAutoCommit(false);
                return new TallyLog(
                        file,
                        connection,
                        connection.prepareStatement(
                                "INSERT OR IGNORE INTO changes (name, amount, id) VALUES (?, ?, ?)"));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    "tally file: " + file + " (expected: a writable SQLite file that no other process has open)",
                    new IOException(e));
        }
    }

    /** Hands every change to the reader, in the order in which they were appended. */
    void replay(Consumer<Change> reader) {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name, amount, id FROM changes ORDER BY position")) {
            while (rows.next()) {
                reader.accept(new Change(rows.getString(1), rows.getLong(2), rows.getString(3)));
            }
        } catch (SQLException e) {
            throw failed("read", e);
        }
    }

    /**
     * Appends the changes in one transaction, all or none, and returns once they are on the disk.
     *
     * @return for each change whether it is new; false means that its id was there before, and nothing was added
     */
    boolean[] append(List<Change> changes) {
        try {
            boolean[] fresh = new boolean[changes.size()];
            for (int i = 0; i < fresh.length; i++) {
                Change change = changes.get(i);
                insert.setString(1, change.name());
                insert.setLong(2, change.by());
                insert.setString(3, change.id());
                fresh[i] = insert.executeUpdate() == 1;
            }
            connection.commit();
            return fresh;
        } catch (SQLException e) {
            rollback(e);
            throw failed("written", e);
        }
    }

    private void rollback(SQLException cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try (connection) {
            insert.close();
        } catch (SQLException e) {
            throw failed("closed", e);
        }
    }

    private UncheckedIOException failed(String verb, SQLException cause) {
        return new UncheckedIOException("tally file could not be " + verb + ": " + file, new IOException(cause));
    }
}
