package hello;

import static org.assertj.core.api.Assertions.assertThat;

import hello.Tally.Change;
import java.nio.file.Path;
import java.sql.DriverManager;
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
        }
    }

    @Test
    void replaysInTheOrderOfTheAppendsWithoutTheRepeated() {
        var first = new Change("birds", 30, "z");
        var second = new Change("birds", -1, "a");
        var third = new Change("eggs", 1, "a");
        try (var log = open()) {
            assertThat(log.append(List.of(first, second)).fresh()).containsExactly(true, true);
            assertThat(log.append(List.of(second, third)).fresh()).containsExactly(false, true);
            assertThat(log.news()).as("its own changes").isEmpty();
        }
        try (var log = open()) {
            assertThat(log.news()).containsExactly(first, second, third);
        }
    }

    @Test
    void anAppendTellsWhatOthersHaveAppendedBefore() {
        var mine = new Change("birds", 30, "a");
        var theirs = new Change("birds", 1, "b");
        try (var log = open();
                var other = open()) {
            other.append(List.of(theirs));

            assertThat(log.append(List.of(mine)).others()).containsExactly(theirs);
            assertThat(log.news()).isEmpty();
            assertThat(other.news()).containsExactly(mine);
        }
    }

    private TallyLog open() {
        return TallyLog.open(folder.resolve("tally.db"));
    }
}
