package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.spi.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Makes the tables, and changes those of earlier versions, in one transaction that only one process is in at a time. A store
 * that is up to date is not written to.
 */
final class Schema {
    private Schema() {}

    /**
     * The tables of the first version.
     *
     * @param id the type of a number that the database makes up
     * @param bytes the type of bytes
     * @param clustered what keeps a table of small rows in the order of its primary key, if there is such a thing; in SQLite an entry of
     *     more than 1,000 bytes would take a page of its own in it
     */
    static List<String> first(String id, String bytes, String clustered) {
        return List.of(
                "CREATE TABLE journal_state (id INTEGER PRIMARY KEY CHECK (id = 1), schema_version INTEGER NOT NULL,"
                        + " identity BIGINT NOT NULL, epoch BIGINT NOT NULL, mark TEXT NOT NULL)",
                "CREATE TABLE journal_stream (id " + id + " PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
                        + " head BIGINT NOT NULL DEFAULT 0, head_epoch BIGINT NOT NULL DEFAULT 0,"
                        + " trimmed BIGINT NOT NULL DEFAULT 0, trimmed_epoch BIGINT NOT NULL DEFAULT 0,"
                        + " newest_at BIGINT NOT NULL DEFAULT 0, oldest_at BIGINT NOT NULL DEFAULT 0,"
                        + " compacted BIGINT NOT NULL DEFAULT 0)",
                "CREATE TABLE journal_entry (stream_id BIGINT NOT NULL, entry_offset BIGINT NOT NULL, epoch BIGINT NOT NULL,"
                        + " stored_at BIGINT NOT NULL, event TEXT NOT NULL, entry_key TEXT, kind SMALLINT NOT NULL,"
                        + " payload " + bytes + " NOT NULL, PRIMARY KEY (stream_id, entry_offset))",
                "CREATE INDEX journal_entry_key ON journal_entry (stream_id, entry_key, entry_offset) WHERE entry_key IS NOT NULL",
                "CREATE TABLE journal_once (digest " + bytes
                        + " PRIMARY KEY, fingerprint TEXT NOT NULL, expires_at BIGINT NOT NULL,"
                        + " entry_offset BIGINT NOT NULL, epoch BIGINT NOT NULL, kind SMALLINT, reply " + bytes + ")"
                        + clustered,
                "CREATE INDEX journal_once_expires ON journal_once (expires_at)",
                "CREATE TABLE journal_snapshot (stream_id BIGINT PRIMARY KEY, entry_offset BIGINT NOT NULL, epoch BIGINT NOT NULL,"
                        + " kind SMALLINT NOT NULL, state " + bytes + " NOT NULL)",
                "CREATE TABLE journal_acknowledged (stream_id BIGINT NOT NULL, consumer TEXT NOT NULL, entry_offset BIGINT NOT NULL,"
                        + " PRIMARY KEY (stream_id, consumer))" + clustered);
    }

    static void migrate(Connection connection, Dialect dialect) throws SQLException {
        int newest = dialect.schemaSteps().size();
        if (version(connection, dialect) == newest) {
            return;
        }
        dialect.begin(connection);
        boolean done = false;
        try {
            dialect.lockSchema(connection);
            int version = version(connection, dialect);
            if (version > newest) {
                throw new StoreException(
                        "store: " + dialect.name() + " has a schema of version " + version + " (expected: at most "
                                + newest + "; a newer Simurgh has written it)",
                        false,
                        null);
            }
            for (List<String> step : dialect.schemaSteps().subList(version, newest)) {
                for (String sql : step) {
                    execute(connection, sql);
                }
            }
            if (version == 0) {
                begin(connection, newest);
            } else {
                execute(connection, "UPDATE journal_state SET schema_version = " + newest);
            }
            dialect.commit(connection);
            done = true;
        } finally {
            if (!done) {
                dialect.rollback(connection);
            }
        }
    }

    private static void begin(Connection connection, int version) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO journal_state (id, schema_version, identity, epoch, mark) VALUES (1, ?, ?, ?, '')")) {
            long identity = Epochs.random();
            insert.setInt(1, version);
            insert.setLong(2, identity);
            insert.setLong(3, identity);
            insert.executeUpdate();
        }
    }

    /** The version of the schema, 0 if there is none. */
    private static int version(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet table = statement.executeQuery(dialect.stateTable())) {
            if (!table.next()) {
                return 0;
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet state = statement.executeQuery("SELECT schema_version FROM journal_state")) {
            if (!state.next()) {
                throw new StoreException(
                        "store: " + dialect.name()
                                + " has an empty table journal_state (expected: its row; a backup of all tables)",
                        false,
                        null);
            }
            return state.getInt(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
