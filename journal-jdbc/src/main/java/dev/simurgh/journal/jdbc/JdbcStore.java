package dev.simurgh.journal.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.journal.spi.StoreException;
import dev.simurgh.journal.spi.StoredSnapshot;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * A store in a file of SQLite, for the processes of one machine, or on PostgreSQL, which several nodes may share. It makes its tables itself, and changes those of
 * earlier versions.
 *
 * <p>What is written is on the disk when {@link #write} returns. Calls block, and end within the {@linkplain Builder#timeout timeout}, whether
 * the database answers or not; after a failure the next call tries again, on a new connection if need be. Entries are kept by the time of the database;
 * for a file this goes on while the clock of the machine is set.
 *
 * <p>See ADR 0025 for the tables, and ADR 0026 for epochs.
 */
public final class JdbcStore implements Store {
    private final Dialect dialect;
    private final Connections connections;
    private final Object writing = new Object();
    private final Streams streams = new Streams(); // guarded by writing
    private final Trimming trimming = new Trimming(); // guarded by writing
    /** The connections for which an epoch was begun, of which the application's pool may have some; guarded by writing. */
    private final Set<Connection> begun = Collections.newSetFromMap(new WeakHashMap<>());

    JdbcStore(Dialect dialect, Connections connections) {
        this.dialect = dialect;
        this.connections = connections;
    }

    /** Starts one in a file of SQLite, which is made if it is not there. Best for one process: others of the same machine may have it open, too, and take turns in writing, but not over a network. */
    public static Builder sqlite(Path file) {
        Objects.requireNonNull(file, "file");
        return new Builder(builder -> openSqlite(file, builder));
    }

    /**
     * Starts one on PostgreSQL. The driver, {@code org.postgresql:postgresql}, has to be on the class path.
     *
     * @param url such as {@code jdbc:postgresql://db1,db2/shop}; its parameters go before what the store sets: {@code connectTimeout}, {@code loginTimeout} and
     *     {@code socketTimeout}, {@code targetServerType} and {@code reWriteBatchedInserts}
     * @throws IllegalArgumentException if it is no URL of PostgreSQL
     */
    public static Builder postgresql(String url, String user, String password) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "url: " + withoutParameters(url) + " (expected: jdbc:postgresql://host/database)");
        }
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        return new Builder(builder -> openPostgres(url, user, password, builder));
    }

    /** Starts one on the application's own pool of connections to PostgreSQL, which stays open, and has to have timeouts of its own for a network that goes silent. */
    public static Builder of(DataSource pool) {
        Objects.requireNonNull(pool, "pool");
        return new Builder(builder -> openPool(pool, builder));
    }

    private static JdbcStore openSqlite(Path file, Builder options) {
        Sqlite sqlite = new Sqlite(file, options.timeout, options.maxWalBytes, options.clock);
        sqlite.open();
        return new JdbcStore(
                sqlite,
                new Connections(
                        sqlite,
                        Connections.pool("simurgh-journal-write", sqlite.connections(true), 1, options.timeout, true),
                        Connections.pool(
                                "simurgh-journal-read",
                                sqlite.connections(false),
                                options.readConnections,
                                options.timeout,
                                false),
                        options.timeout));
    }

    private static JdbcStore openPostgres(String url, String user, String password, Builder options) {
        DataSource source = Postgres.connections(url, user, password, options.timeout);
        Postgres postgres = new Postgres(withoutParameters(url), options.timeout);
        open(postgres, source);
        HikariDataSource forWriting = Connections.pool("simurgh-journal-write", source, 1, options.timeout, true);
        HikariDataSource forReading =
                Connections.pool("simurgh-journal-read", source, options.readConnections, options.timeout, false);
        return new JdbcStore(postgres, new Connections(postgres, forWriting, forReading, options.timeout));
    }

    private static JdbcStore openPool(DataSource pool, Builder options) {
        Postgres postgres = new Postgres("PostgreSQL", options.timeout);
        open(postgres, pool);
        return new JdbcStore(postgres, new Connections(postgres, pool, options.timeout));
    }

    private static void open(Postgres postgres, DataSource source) {
        try (Connection connection = source.getConnection()) {
            String product = connection.getMetaData().getDatabaseProductName();
            if (!product.equals("PostgreSQL")) {
                throw new IllegalArgumentException(
                        "database: " + product + " (expected: PostgreSQL; for SQLite JdbcStore.sqlite(file))");
            }
            int isolation = connection.getTransactionIsolation();
            if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
                throw new IllegalArgumentException("isolation of the pool's connections: " + isolation
                        + " (expected: 2, read committed; with others, nodes that write to a stream at once fail)");
            }
            postgres.open(connection);
        } catch (SQLException e) {
            throw postgres.failure(e, false);
        }
    }

    private static String withoutParameters(String url) {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    @Override
    public boolean isBlocking() {
        return true;
    }

    @Override
    public List<Written> write(List<Write> group) {
        if (group.isEmpty()) {
            return List.of();
        }
        synchronized (writing) {
            return new Commit(connections, dialect).run(session -> begin(session, group));
        }
    }

    private Commit.Ready begin(Session session, List<Write> group) throws SQLException {
        streams.make(session, Group.makes(group));
        session.begin();
        Connection physical = session.connection().unwrap(Connection.class);
        Optional<Group> locked = Group.of(session, streams, group, !begun.contains(physical));
        if (locked.isEmpty()) {
            streams.forget();
            throw new SQLException(
                    "streams have lost their rows (expected: a backup is put back while no server runs; it is tried anew)");
        }
        List<Written> written = locked.get().run();
        return new Commit.Ready(written, locked.get().state(), () -> begun.add(physical));
    }

    @Override
    public boolean trim(Function<String, Retention> retention) {
        synchronized (writing) {
            return connections.write(session -> trimming.piece(session, retention), connections.end());
        }
    }

    @Override
    public Page read(String stream, long after, int maxEntries, long maxBytes) {
        return connections.read(session -> Reading.page(session, stream, after, maxEntries, maxBytes));
    }

    @Override
    public Standing standing(String stream, Optional<Position> since) {
        return connections.read(session -> Reading.standing(session, stream, since));
    }

    @Override
    public Map<String, Position> heads(Collection<String> names) {
        return names.isEmpty() ? Map.of() : connections.read(session -> Reading.heads(session, names));
    }

    @Override
    public Optional<StoredSnapshot> snapshot(String stream) {
        return connections.read(session -> Reading.snapshot(session, stream));
    }

    @Override
    public Map<String, Long> acknowledged(String stream) {
        return connections.read(session -> Reading.acknowledged(session, stream));
    }

    @Override
    public void close() {
        synchronized (writing) {
            connections.close();
        }
    }

    @Override
    public String toString() {
        return "JdbcStore[" + dialect.name() + "]";
    }

    /** Collects the options of a store. */
    public static final class Builder {
        private static final Duration LEAST_TIMEOUT = Duration.ofMillis(500);
        private static final long LEAST_WAL = 1 << 20;

        private final Function<Builder, JdbcStore> opening;
        private Duration timeout = Duration.ofSeconds(4);
        private int readConnections = 4;
        private long maxWalBytes = 64 << 20;
        private StoreClock clock = StoreClock.real();

        private Builder(Function<Builder, JdbcStore> opening) {
            this.opening = opening;
        }

        /**
         * How long a call takes at most, with all that it waits for: a lock, a connection, an answer; default 4 s. It should be less than the journal's
         * {@code writeTimeout}, so that what failed is said by who knows.
         *
         * @throws IllegalArgumentException if it is less than 500 ms
         */
        public Builder timeout(Duration most) {
            if (most.compareTo(LEAST_TIMEOUT) < 0) {
                throw new IllegalArgumentException("timeout: " + most + " (expected: at least 500 ms)");
            }
            timeout = most;
            return this;
        }

        /**
         * How many connections there are at most for reading, besides the one for writing; default 4.
         *
         * @throws IllegalArgumentException if there is none
         */
        public Builder readConnections(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("readConnections: " + most + " (expected: at least 1)");
            }
            readConnections = most;
            return this;
        }

        /**
         * To which size the write-ahead log of a file is cut back, in bytes; default 64 MiB. It is larger only while another process keeps a
         * transaction open, which is warned of. Of no meaning for PostgreSQL.
         *
         * @throws IllegalArgumentException if it is less than 1 MiB
         */
        public Builder maxWalBytes(long bytes) {
            if (bytes < LEAST_WAL) {
                throw new IllegalArgumentException("maxWalBytes: " + bytes + " (expected: at least 1048576)");
            }
            maxWalBytes = bytes;
            return this;
        }

        /** Whose time entries are kept by, in a file. */
        Builder clock(StoreClock other) {
            clock = other;
            return this;
        }

        /**
         * Opens it.
         *
         * @throws StoreException if the database is not there, the file is damaged or locked, or a newer version has made its tables
         * @throws IllegalArgumentException if the pool is of another database, or its transactions are not of isolation read committed
         */
        public JdbcStore open() {
            return opening.apply(this);
        }
    }
}
