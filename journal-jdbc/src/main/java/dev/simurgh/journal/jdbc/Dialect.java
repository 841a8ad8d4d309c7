package dev.simurgh.journal.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the databases differ in; all else is one code. */
interface Dialect {
    /** Which database, for messages. */
    String name();

    /** What brings the schema from the version of the index to the next. */
    List<List<String>> schemaSteps();

    /** Selects the name of the table {@code journal_state}, or nothing if there is none. */
    String stateTable();

    /** Begins a transaction that is going to write, and so waits for other writers here, where waiting helps, if they exclude each other. */
    void begin(Connection connection) throws SQLException;

    void commit(Connection connection) throws SQLException;

    void rollback(Connection connection) throws SQLException;

    /** Lets nobody else change the schema until the transaction ends. */
    void lockSchema(Connection connection) throws SQLException;

    /** The time in milliseconds, as a column; {@link #now} is given it. */
    String nowColumn();

    /** What changes if the database is another than it was, although the connection seems to be the same. */
    String markColumn();

    /** What the transaction is called, as a column, if one can ask later what has become of it. */
    String transactionColumn();

    /** Selects {@code committed} or {@code aborted}, or something else, for a transaction and its mark; empty if there is no such thing. */
    String outcome();

    /** The time of the store, given the column's. */
    long now(long column);

    /** What ends a query of the rows of streams that are to be written. */
    String lock();

    /** The same, leaving out those which others have locked. */
    String lockFree();

    /** Selects a page of entries: parameters are stream's name, after, how many, and, if {@link #pagesByBytes}, how many bytes. */
    String page();

    boolean pagesByBytes();

    /** Bounds what the connection's next statement may take. */
    void limit(Connection connection, long millis) throws SQLException;

    /** Looks whether writing makes sense at all. */
    default void beforeWriting() {}

    /** Is called after each write. */
    default void tidy(Connection connection) {}

    /** Whether the transaction was undone for the sake of others, and may be tried anew at once. */
    boolean isRetried(SQLException e);

    /** Whether the connection is as good as before. */
    boolean keepsConnection(SQLException e);

    /** What a failure means: a {@code StoreException}, or an {@code IllegalArgumentException} if the values are such that they can never be stored. */
    RuntimeException failure(SQLException e, boolean committing);
}
