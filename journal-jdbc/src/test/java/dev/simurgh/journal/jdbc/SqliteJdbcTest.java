package dev.simurgh.journal.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

class SqliteJdbcTest extends JdbcSuite {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("journal.db");
    }

    @Override
    JdbcStore open() {
        return JdbcStore.sqlite(file()).open();
    }

    @Override
    Dialect dialect() {
        return new Sqlite(file(), Duration.ofSeconds(1), 1 << 20, StoreClock.real());
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    @Override
    String sizeOfTables() {
        return "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
    }

    @Override
    String explain() {
        return "EXPLAIN QUERY PLAN ";
    }

    @Override
    String usesIndex() {
        return "SEARCH journal_entry USING INDEX sqlite_autoindex_journal_entry_1 (stream_id=? AND entry_offset>?)";
    }

    @Override
    String scans() {
        return "TEMP B-TREE";
    }
}
