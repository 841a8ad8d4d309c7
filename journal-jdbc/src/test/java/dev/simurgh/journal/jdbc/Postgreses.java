package dev.simurgh.journal.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL, which is started once and ends with the JVM; each class of tests has databases of its own in it. */
final class Postgreses {
    private static final Set<String> MADE = new HashSet<>();
    private static @Nullable EmbeddedPostgres server;

    private Postgreses() {}

    static synchronized EmbeddedPostgres server() {
        EmbeddedPostgres running = server;
        if (running == null) {
            running = start();
            server = running;
        }
        return running;
    }

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofMinutes(1)) // ten seconds by default
                    .setServerConfig("fsync", "on")
                    .setServerConfig("max_connections", "100")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static synchronized String url(String database) {
        if (MADE.add(database)) {
            execute("postgres", "CREATE DATABASE " + database);
        }
        return server().getJdbcUrl("postgres", database);
    }

    static JdbcStore.Builder store(String database) {
        return JdbcStore.postgresql(url(database), "postgres", "postgres");
    }

    static void execute(String database, String... statements) {
        try (Connection connection =
                        DriverManager.getConnection(server().getJdbcUrl("postgres", database), "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
