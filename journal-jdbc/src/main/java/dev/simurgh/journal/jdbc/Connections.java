package dev.simurgh.journal.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.simurgh.journal.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lends connections to calls, and ends those that are no longer good. */
final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcStore.class);
    private static final long LEAST_MILLIS = 250;
    private static final int ATTEMPTS = 3;

    private final Dialect dialect;
    private final DataSource writing;
    private final DataSource reading;
    private final Duration timeout;
    private final boolean owned;

    /** What is done with a connection. */
    interface Work<T> {
        T run(Session session) throws SQLException;
    }

    /** Two pools of ours, which end with this. */
    Connections(Dialect dialect, HikariDataSource writing, HikariDataSource reading, Duration timeout) {
        this(dialect, writing, reading, timeout, true);
    }

    /** The application's pool, which stays. */
    Connections(Dialect dialect, DataSource given, Duration timeout) {
        this(dialect, given, given, timeout, false);
    }

    private Connections(Dialect dialect, DataSource writing, DataSource reading, Duration timeout, boolean owned) {
        this.dialect = dialect;
        this.writing = writing;
        this.reading = reading;
        this.timeout = timeout;
        this.owned = owned;
    }

    /** A pool that opens connections when they are needed, and tries again by itself. */
    static HikariDataSource pool(String name, DataSource source, int size, Duration timeout, boolean isForWriting) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(source);
        config.setMaximumPoolSize(size);
        // half of a call's time for a connection, so that there is some left for what it is wanted for
        config.setConnectionTimeout(Math.max(LEAST_MILLIS, timeout.toMillis() / 2));
        config.setValidationTimeout(Math.max(LEAST_MILLIS, timeout.toMillis() / 4));
        config.setInitializationFailTimeout(-1);
        if (isForWriting) {
            // a new connection begins a new epoch
            config.setMaxLifetime(0);
        }
        return new HikariDataSource(config);
    }

    /** When a call that begins now has to be over. */
    long end() {
        return System.nanoTime() + timeout.toNanos();
    }

    <T> T read(Work<T> work) {
        return call(reading, work, end());
    }

    <T> T write(Work<T> work, long end) {
        dialect.beforeWriting();
        return call(
                writing,
                session -> {
                    T result = work.run(session);
                    dialect.tidy(session.connection());
                    return result;
                },
                end);
    }

    private <T> T call(DataSource source, Work<T> work, long end) {
        for (int attempt = 1; ; attempt++) {
            boolean outcomeUnknown = false;
            try {
                Loan loan = new Loan(source.getConnection());
                Session session = new Session(loan.connection, dialect, end);
                try {
                    loan.begin(owned);
                    return work.run(session);
                } catch (Throwable e) { // after an Error, too, nothing half done may be lent to the next
                    outcomeUnknown = session.outcomeUnknown();
                    undo(source, session, e);
                    throw e;
                } finally {
                    loan.end();
                }
            } catch (SQLException e) {
                if (!dialect.isRetried(e) || attempt == ATTEMPTS) {
                    throw dialect.failure(e, outcomeUnknown);
                }
                LOG.debug("store: tried anew", e);
            }
        }
    }

    /** Leaves the connection without a transaction, or ends it. */
    private void undo(DataSource source, Session session, Throwable failure) {
        if (failure instanceof SQLException sql ? dialect.keepsConnection(sql) : !(failure instanceof StoreException)) {
            if (!session.inTransaction()) {
                return;
            }
            try {
                dialect.rollback(session.connection());
                return;
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
        evict(source, session.connection(), failure);
    }

    private static void evict(DataSource source, Connection connection, Throwable failure) {
        if (source instanceof HikariDataSource pool) {
            pool.evictConnection(connection);
            return;
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** A connection that is lent, and how the application's pool had it: not every pool sees to that itself. */
    private static final class Loan {
        private final Connection connection;
        private boolean isTheirs;
        private boolean autoCommit;
        private int networkTimeout;

        Loan(Connection connection) {
            this.connection = connection;
        }

        void begin(boolean owned) throws SQLException {
            if (owned) {
                return;
            }
            autoCommit = connection.getAutoCommit();
            networkTimeout = connection.getNetworkTimeout();
            isTheirs = true;
            connection.setAutoCommit(true);
        }

        /** Gives it back. If that fails, what was done is done all the same. */
        void end() {
            try (connection) {
                if (isTheirs && !connection.isClosed()) {
                    connection.setNetworkTimeout(Runnable::run, networkTimeout);
                    connection.setAutoCommit(autoCommit);
                }
            } catch (SQLException | RuntimeException e) {
                LOG.debug("store: a connection was not given back as it was", e);
            }
        }
    }

    @Override
    public void close() {
        if (owned) {
            try {
                ((HikariDataSource) reading).close();
            } finally {
                ((HikariDataSource) writing).close();
            }
        }
    }
}
