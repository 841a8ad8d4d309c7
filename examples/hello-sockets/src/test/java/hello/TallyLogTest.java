package hello;

import static org.assertj.core.api.Assertions.assertThat;

import hello.Tally.Change;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TallyLogTest {
    private static final int FULL = 2;

    @TempDir
    Path folder;

    @Test
    void theUrlReallyAsksForDurability() throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("any.db") + TallyLog.PRAGMAS;

        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("PRAGMA journal_mode")) {
                assertThat(rows.getString(1)).isEqualTo("wal");
            }
            try (var rows = statement.executeQuery("PRAGMA synchronous")) {
                assertThat(rows.getInt(1)).isEqualTo(FULL);
            }
            try (var rows = statement.executeQuery("PRAGMA locking_mode")) {
                assertThat(rows.getString(1)).isEqualTo("exclusive");
            }
        }
    }

    @Test
    void replaysInTheOrderOfTheAppendsWithoutTheRepeated() {
        var first = new Change("birds", 30, "z");
        var second = new Change("birds", -1, "a");
        try (var log = TallyLog.open(folder.resolve("tally.db"))) {
            assertThat(log.append(List.of(first, second))).containsExactly(true, true);
            assertThat(log.append(List.of(second, new Change("eggs", 1, "a")))).containsExactly(false, true);
        }
        var replayed = new ArrayList<Change>();
        try (var log = TallyLog.open(folder.resolve("tally.db"))) {
            log.replay(replayed::add);
        }

        assertThat(replayed).containsExactly(first, second, new Change("eggs", 1, "a"));
    }
}
