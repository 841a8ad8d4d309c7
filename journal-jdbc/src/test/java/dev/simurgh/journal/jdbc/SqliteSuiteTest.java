package dev.simurgh.journal.jdbc;

import dev.simurgh.journal.StoreSuite;
import dev.simurgh.journal.spi.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteSuiteTest extends StoreSuite {
    @TempDir
    static Path directory;

    @Override
    protected Store open() {
        return JdbcStore.sqlite(directory.resolve("journal.db")).open();
    }

    @Override
    protected boolean isDurable() {
        return true;
    }
}
