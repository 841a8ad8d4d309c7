package dev.simurgh.conformance;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL, one for this JVM, with a database for each test; or one for those who have it crash, refuse to write, and come back, while others are at work. */
final class TestPostgres implements AutoCloseable {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static @Nullable TestPostgres only;

    private final Path directory;
    private final int port = ServerProcess.freePort();
    private EmbeddedPostgres server;

    private TestPostgres() throws IOException {
        // which the next clean build removes: it has to outlive what ends with this JVM
        directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "postgres");
        server = launch();
    }

    /** Starts it, or gives the one that runs. */
    static synchronized TestPostgres running() throws IOException {
        TestPostgres running = only;
        if (running == null) {
            running = new TestPostgres();
            only = running;
        }
        return running;
    }

    /** Starts one for the caller, who closes it. */
    static TestPostgres own() throws IOException {
        return new TestPostgres();
    }

    private EmbeddedPostgres launch() throws IOException {
        return EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1)) // ten seconds by default
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
    }

    int port() {
        return port;
    }

    /** Makes an empty database; returns its URL. */
    String database() throws SQLException {
        return database(port);
    }

    /** Makes an empty database; returns its URL at another port, such as that of a proxy. */
    String database(int through) throws SQLException {
        String name = "kept" + DATABASES.incrementAndGet();
        execute("create database " + name);
        return "jdbc:postgresql://127.0.0.1:" + through + "/" + name + "?user=postgres";
    }

    /** What the sessions of the one that runs do, and whom they wait for: a line each. */
    static synchronized List<String> activity() throws SQLException {
        TestPostgres running = only;
        if (running == null) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        try (Connection connection = running.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select concat_ws(' ', pid, datname, state, now() - state_change, wait_event_type, wait_event,"
                                + " 'blocked by', pg_blocking_pids(pid), left(query, 80))"
                                + " from pg_stat_activity where application_name = 'simurgh-journal'")) {
            while (row.next()) {
                lines.add(row.getString(1));
            }
        }
        return lines;
    }

    /** Has all sessions refuse to write, as one that is no more the primary does, or take it up again. */
    void readOnly(boolean refuses) throws SQLException {
        execute("alter system set default_transaction_read_only = " + (refuses ? "on" : "off"));
        execute("select pg_reload_conf()");
    }

    /** Ends it at once, without a checkpoint. */
    void crash() throws IOException {
        server.close();
    }

    /** Starts it anew, with the data that it had. */
    void restart() throws IOException {
        server = launch();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres");
    }
}
