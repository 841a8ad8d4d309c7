package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.spi.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL, which several nodes may share. The rows of streams are locked until the transaction that writes to them ends. */
final class Postgres implements Dialect {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcStore.class);
    private static final String READ_ONLY = "25006";
    private static final String NO_LOCK = "55P03";
    private static final String CANCELED = "57014";
    private static final String SERIALIZATION = "40001";
    private static final String DEADLOCK = "40P01";
    /** Two processes that make tables at once, find each other by this. */
    private static final long SCHEMA_LOCK = 0x51_4d_55_52_47_48L;

    private final String name;
    private final Duration timeout;

    Postgres(String name, Duration timeout) {
        this.name = name;
        this.timeout = timeout;
    }

    static OpeningDataSource connections(String url, String user, String password, Duration timeout) {
        String seconds = Long.toString(Math.max(1, (timeout.toMillis() + 999) / 1000));
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "simurgh-journal");
        properties.setProperty("reWriteBatchedInserts", "true");
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("loginTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        properties.setProperty("tcpKeepAlive", "true");
        // after a fail-over the address may lead to a server that takes no writes, or the URL has several addresses
        properties.setProperty("targetServerType", "primary");
        properties.setProperty("hostRecheckSeconds", "1");
        return new OpeningDataSource(url, properties, connection -> {
            try (Statement statement = connection.createStatement()) {
                // a node that hangs or is cut off in a transaction must not keep the rows of others
                statement.execute("SET statement_timeout = " + timeout.toMillis() + "; SET lock_timeout = "
                        + timeout.toMillis() * 3 / 4 + "; SET idle_in_transaction_session_timeout = "
                        + timeout.toMillis() * 2
                        // who waited for a stream has to see what it waited for
                        + "; SET default_transaction_isolation = 'read committed'");
                // every query here goes by an index, in its order; on a new table, which has no statistics, the planner
                // would sort all that is behind a position. What it is told not to do it takes for so expensive that it
                // would
                // compile the query of the one row of state, for 50 ms or more each time
                statement.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off");
                statement.execute(
                        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'");
            }
        });
    }

    void open(Connection connection) throws SQLException {
        Schema.migrate(connection, this);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW fsync")) {
            if (row.next() && "off".equals(row.getString(1))) {
                LOG.warn(
                        "store: {} has fsync = off (expected: on; what is stored may be gone when its machine fails)",
                        name);
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<List<String>> schemaSteps() {
        return List.of(Schema.first("BIGINT GENERATED ALWAYS AS IDENTITY", "BYTEA", ""));
    }

    /** Not by {@code to_regclass}: that may go by what it knew before it waited for who made the table. */
    @Override
    public String stateTable() {
        return "SELECT relname FROM pg_class WHERE relname = 'journal_state' AND pg_table_is_visible(oid)";
    }

    @Override
    public void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    @Override
    public void lockSchema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + SCHEMA_LOCK + ")");
        }
    }

    @Override
    public String nowColumn() {
        return "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    }

    /** Another server after a fail-over, or a database or table that was made anew, as when a backup is put back; a pooler between hides all of them. */
    @Override
    public String markColumn() {
        return "extract(epoch FROM pg_postmaster_start_time())::text || '/'"
                + " || (SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || pg_relation_filenode('journal_entry')";
    }

    @Override
    public String transactionColumn() {
        return "pg_current_xact_id()::text";
    }

    /** Only the server that began it is believed: another one may have given the number to somebody else's since. */
    @Override
    public String outcome() {
        return "SELECT pg_xact_status(?::xid8) FROM journal_state WHERE ? = " + markColumn();
    }

    @Override
    public long now(long column) {
        return column;
    }

    @Override
    public String lock() {
        return " FOR UPDATE";
    }

    @Override
    public String lockFree() {
        return " FOR UPDATE SKIP LOCKED";
    }

    /** The driver takes all rows of an answer into memory, so that the database has to stop. */
    @Override
    public String page() {
        return "SELECT entry_offset, epoch, event, entry_key, kind, payload FROM (SELECT entry_offset, epoch, event, entry_key, kind, payload,"
                + " sum(octet_length(payload)) OVER (ORDER BY entry_offset) AS total, row_number() OVER (ORDER BY entry_offset) AS number"
                + " FROM (SELECT * FROM journal_entry WHERE stream_id = (SELECT id FROM journal_stream WHERE name = ?) AND entry_offset > ?"
                + " ORDER BY entry_offset LIMIT ?) AS next) AS counted WHERE number = 1 OR total <= ? ORDER BY entry_offset";
    }

    @Override
    public boolean pagesByBytes() {
        return true;
    }

    @Override
    public void limit(Connection connection, long millis) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) Math.min(Integer.MAX_VALUE, millis));
    }

    @Override
    public boolean isRetried(SQLException e) {
        return SERIALIZATION.equals(e.getSQLState()) || DEADLOCK.equals(e.getSQLState());
    }

    @Override
    public boolean keepsConnection(SQLException e) {
        return switch (group(e)) {
            case "22", "23", "40", "42", "53", "54" -> true;
            default -> NO_LOCK.equals(e.getSQLState()) || CANCELED.equals(e.getSQLState());
        };
    }

    @Override
    public RuntimeException failure(SQLException e, boolean committing) {
        String state = String.valueOf(e.getSQLState());
        if (state.equals(READ_ONLY)) {
            return new StoreException(
                    "store: " + name
                            + " is read-only (expected: the primary, which is looked for anew; the URL may name several servers)",
                    false,
                    e);
        }
        if (state.equals(NO_LOCK)) {
            return new StoreException(
                    "store: " + name + ": somebody else keeps a stream locked (expected: for less than "
                            + timeout.toMillis() * 3 / 4 + " ms; see pg_locks)",
                    false,
                    e);
        }
        if (group(e).equals("23")) {
            return new IllegalArgumentException(
                    "store: " + name + ": " + e.getMessage() + " (expected: all tables of one backup)", e);
        }
        if (group(e).equals("22") || group(e).equals("54")) {
            return new IllegalArgumentException("store: " + name + ": " + e.getMessage(), e);
        }
        // what the server refuses in a commit was not committed, unless it is about to go
        boolean unknown = committing && !List.of("25", "40", "53").contains(group(e));
        return new StoreException("store: " + name + ": " + reason(e) + " [" + state + "]", unknown, e);
    }

    private static String group(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.length() < 2 ? "" : state.substring(0, 2);
    }

    /** A pool without a connection says so; its cause says why. */
    private static String reason(SQLException e) {
        return e.getCause() instanceof SQLException cause
                ? e.getMessage() + ": " + cause.getMessage()
                : String.valueOf(e.getMessage());
    }
}
