package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.spi.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** A connection for one call, and the time that the call still has. */
final class Session {
    private static final int MAX_LIST = 8192;
    private static final int[] CHUNKS = {64, 16, 4, 1};

    private static final long MILLI = 1_000_000;

    private final Connection connection;
    private final Dialect dialect;
    private final long endNanos;
    private boolean inTransaction;
    private boolean outcomeUnknown;

    Session(Connection connection, Dialect dialect, long endNanos) {
        this.connection = connection;
        this.dialect = dialect;
        this.endNanos = endNanos;
    }

    Connection connection() {
        return connection;
    }

    Dialect dialect() {
        return dialect;
    }

    PreparedStatement prepare(String sql) throws SQLException {
        limit();
        return connection.prepareStatement(sql);
    }

    void begin() throws SQLException {
        limit();
        dialect.begin(connection);
        inTransaction = true;
    }

    /** Commits what nobody was promised. */
    void commit() throws SQLException {
        limit();
        dialect.commit(connection);
        inTransaction = false;
    }

    /** Commits what somebody waits for: if it fails, it may have been done. */
    void commitWrites() throws SQLException {
        limit();
        outcomeUnknown = true;
        dialect.commit(connection);
        outcomeUnknown = false;
        inTransaction = false;
    }

    boolean inTransaction() {
        return inTransaction;
    }

    boolean outcomeUnknown() {
        return outcomeUnknown;
    }

    private void limit() throws SQLException {
        long millis = (endNanos - System.nanoTime()) / MILLI;
        if (millis <= 0) {
            throw new StoreException(
                    "store: " + dialect.name() + " takes too long (expected: an answer within the store's timeout)",
                    false,
                    null);
        }
        dialect.limit(connection, millis);
    }

    /** What the database says of itself. */
    State state() throws SQLException {
        return state("''");
    }

    /** The same at the beginning of a transaction that somebody may ask about. */
    State stateOfTransaction() throws SQLException {
        return state(dialect.transactionColumn());
    }

    private State state(String transaction) throws SQLException {
        try (PreparedStatement select = prepare("SELECT identity, epoch, mark, " + dialect.markColumn() + ", "
                        + dialect.nowColumn() + ", " + transaction + " FROM journal_state");
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("table journal_state is empty");
            }
            return new State(
                    row.getLong(1),
                    row.getLong(2),
                    row.getString(3).equals(row.getString(4)),
                    row.getString(4),
                    dialect.now(row.getLong(5)),
                    row.getString(6));
        }
    }

    /**
     * Identity, epoch and time.
     *
     * @param transaction what it is called; empty if nobody can ask about it
     * @param sameDatabase whether the epoch was begun in this database, as it runs now
     */
    record State(long identity, long epoch, boolean sameDatabase, String mark, long now, String transaction) {}

    /** Runs a query whose text has {@code (?)} where all the values go, which may come more than once. */
    <T> void select(String sql, Collection<T> values, Setter<T> setter, Reader reader) throws SQLException {
        List<T> all = List.copyOf(values);
        for (int from = 0; from < all.size(); from += MAX_LIST) {
            List<T> some = all.subList(from, Math.min(all.size(), from + MAX_LIST));
            // a power of two, filled up with the last, so that there are few different statements
            int places = some.size() == 1 ? 1 : Integer.highestOneBit(some.size() - 1) * 2;
            try (PreparedStatement statement = prepare(sql.replace("(?)", "(?" + ",?".repeat(places - 1) + ")"))) {
                for (int i = 0; i < places; i++) {
                    setter.set(statement, i + 1, some.get(Math.min(i, some.size() - 1)));
                }
                query(statement, reader);
            }
        }
    }

    /** Runs a statement for values in their order; its text has {@code (?)} where some of them go, each once. */
    <T> void each(String sql, String one, Collection<T> values, Setter<T> setter, Reader reader) throws SQLException {
        List<T> all = List.copyOf(values);
        int from = 0;
        for (int size : CHUNKS) {
            while (all.size() - from >= size) {
                try (PreparedStatement statement = prepare(sql.replace("(?)", one + ("," + one).repeat(size - 1)))) {
                    for (int i = 0; i < size; i++) {
                        setter.set(statement, i + 1, all.get(from + i));
                    }
                    query(statement, reader);
                }
                from += size;
            }
        }
    }

    private static void query(PreparedStatement statement, Reader reader) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    /** Gives a statement one of its values. */
    interface Setter<T> {
        void set(PreparedStatement statement, int index, T value) throws SQLException;
    }

    /** Takes one row. */
    interface Reader {
        void read(ResultSet row) throws SQLException;
    }
}
