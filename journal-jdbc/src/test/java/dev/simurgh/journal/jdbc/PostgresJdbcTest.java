package dev.simurgh.journal.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

class PostgresJdbcTest extends JdbcSuite {
    private static final String DATABASE = "alike";

    @Override
    JdbcStore open() {
        return Postgreses.store(DATABASE).open();
    }

    @Override
    Dialect dialect() {
        return new Postgres("PostgreSQL", Duration.ofSeconds(1));
    }

    @Override
    Connection connect() throws SQLException {
        return Postgres.connections(Postgreses.url(DATABASE), "postgres", "postgres", Duration.ofSeconds(4))
                .getConnection();
    }

    @Override
    String sizeOfTables() {
        return "SELECT pg_total_relation_size('journal_entry')";
    }

    @Override
    String explain() {
        return "EXPLAIN ";
    }

    @Override
    String usesIndex() {
        return "Index Scan using journal_entry_pkey";
    }

    @Override
    String scans() {
        return "Sort ";
    }
}
