package dev.simurgh.journal.jdbc;

import static dev.simurgh.journal.jdbc.Writes.append;
import static dev.simurgh.journal.jdbc.Writes.fill;
import static dev.simurgh.journal.jdbc.Writes.head;
import static dev.simurgh.journal.jdbc.Writes.inThread;
import static dev.simurgh.journal.jdbc.Writes.offsets;
import static dev.simurgh.journal.jdbc.Writes.verdict;
import static dev.simurgh.journal.jdbc.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.journal.Position;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.spi.Page;
import dev.simurgh.journal.spi.Standing.Verdict;
import dev.simurgh.journal.spi.Write;
import dev.simurgh.journal.spi.Written;
import dev.simurgh.protocol.Payload;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the two databases do alike, and could do differently. */
abstract class JdbcSuite {
    private JdbcStore store;

    abstract JdbcStore open();

    abstract Dialect dialect();

    abstract Connection connect() throws SQLException;

    /** Selects what the tables and their indexes take on the disk, in bytes, when the rest has been tidied up. */
    abstract String sizeOfTables();

    @BeforeEach
    void openOne() {
        store = open();
    }

    @AfterEach
    void closeIt() {
        store.close();
    }

    @Test
    void namesThatADatabaseCannotSpellAreStreamsOfTheirOwn() {
        List<String> names = List.of(
                "a\0b",
                "a\\0000b",
                "a\\b",
                "a\\\\b",
                "half \uD83D",
                "half \uDE00",
                "half ?",
                "whole \uD83D\uDE00",
                "a'b",
                "a\"b",
                "");
        for (String name : names) {
            assertThat(store.write(List.of(new Write.Append(
                                    name,
                                    List.of(new Write.NewEntry(name, Payload.EMPTY, Optional.of(name))),
                                    OptionalLong.of(0),
                                    Optional.of(
                                            new Write.Once(name, name, name, Optional.empty(), Duration.ofHours(1))))))
                            .get(0))
                    .as(name)
                    .isInstanceOf(Written.Appended.class);
            write(store, new Write.Acknowledge(name, name, 1));
        }
        for (String name : names) {
            Page page = store.read(name, 0, 10, 1_000);
            assertThat(page.entries()).as(name).hasSize(1);
            assertThat(page.entries().get(0).event()).isEqualTo(name);
            assertThat(page.entries().get(0).key()).contains(name);
            assertThat(store.acknowledged(name)).containsOnlyKeys(name);
            assertThat(store.heads(names).get(name)).isEqualTo(head(store, name));
        }
        List<String> trimmed = new ArrayList<>();
        while (store.trim(name -> {
            trimmed.add(name);
            return Retention.forever();
        })) {
            Thread.onSpinWait();
        }
        assertThat(trimmed).containsAll(names);
    }

    @Test
    void whoReadsNeverMissesWithoutBeingToldWhatIsTrimmedMeanwhile() {
        fill(store, "racing", 1);
        Retention ten = Retention.builder().maxEntries(10).build();
        CompletableFuture<Void> writing = inThread(() -> {
            for (int i = 0; i < 60; i++) {
                fill(store, "racing", 20);
                store.trim(stream -> stream.equals("racing") ? ten : Retention.forever());
            }
        });
        long after = 0;
        long told = 0;
        for (int pages = 0; !writing.isDone() || after < head(store, "racing").offset(); pages++) {
            if (pages % 10 == 0) {
                // falls behind now and then, however fast it reads: two rounds ahead, one of them is trimmed
                while (!writing.isDone() && head(store, "racing").offset() < after + 40) {
                    Thread.onSpinWait();
                }
            }
            Page page = store.read("racing", after, 7, 100_000);
            if (page.trimmed()) {
                told++;
                after = page.entries().isEmpty()
                        ? page.upTo()
                        : page.entries().get(0).position().offset();
                continue;
            }
            assertThat(offsets(page))
                    .containsExactlyElementsOf(LongStream.range(
                                    after + 1, after + 1 + page.entries().size())
                            .boxed()
                            .toList());
            after = page.upTo();
        }
        writing.join();
        assertThat(after).isEqualTo(1 + 60 * 20);
        assertThat(told).isPositive();
    }

    @Test
    void aPageIsFoundByTheIndexHoweverLongTheStreamIs() throws SQLException {
        for (int i = 0; i < 10; i++) {
            fill(store, "long", 1_000);
        }
        try (Connection connection = connect()) {
            StringBuilder plan = new StringBuilder();
            try (PreparedStatement explain =
                    connection.prepareStatement(explain() + dialect().page())) {
                explain.setString(1, "long");
                explain.setLong(2, 9_980);
                explain.setLong(3, 11);
                if (dialect().pagesByBytes()) {
                    explain.setLong(4, 100_000);
                }
                try (ResultSet row = explain.executeQuery()) {
                    while (row.next()) {
                        plan.append(row.getString(row.getMetaData().getColumnCount()))
                                .append('\n');
                    }
                }
            }
            assertThat(plan.toString()).contains(usesIndex()).doesNotContain(scans());
        }
    }

    abstract String explain();

    abstract String usesIndex();

    abstract String scans();

    @Test
    void anEntryTakesLittleMoreThanItsPayload() throws SQLException {
        fill(store, "small", 1);
        for (int bytes : new int[] {200, 1_200}) {
            long before = size();
            String json = "\"" + "x".repeat(bytes - 2) + "\"";
            for (int i = 0; i < 4; i++) {
                store.write(Collections.nCopies(500, append("small", json)));
            }
            assertThat((size() - before) / 2_000.0).isBetween((double) bytes, bytes * 1.2 + 100);
        }
    }

    private long size() throws SQLException {
        try (Connection connection = connect();
                PreparedStatement select = connection.prepareStatement(sizeOfTables());
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void anEpochThatWasNeverThereIsUnknown() {
        fill(store, "epochs", 3);
        Position good = head(store, "epochs");
        assertThat(verdict(store, "epochs", good)).isEqualTo(Verdict.COMPLETE);
        for (String epoch : List.of("0" + good.epoch(), "zzzzzzzzzz", "zzzzzzzzzzzzzzz", "00", "0")) {
            assertThat(verdict(store, "epochs", new Position(epoch, 3))).isEqualTo(Verdict.UNKNOWN);
        }
    }

    @Test
    void aValueThatIsNotEncodedIsRefusedAndNothingOfItsGroupIsStored() {
        Write.NewEntry value = new Write.NewEntry("e", Payload.of(List.of(1)), Optional.empty());
        assertThatThrownBy(() -> store.write(List.of(
                        append("values"),
                        new Write.Append("values", List.of(value), OptionalLong.empty(), Optional.empty()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: payload.encoded(codec)");
        assertThat(head(store, "values").offset()).isZero();
        assertThat(fill(store, "values", 1).offset()).isEqualTo(1);
    }

    @Test
    void aStreamWhoseRowIsBehindItsEntriesFailsAloneAndSaysWhy() throws SQLException {
        fill(store, "behind", 3);
        try (Connection connection = connect();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE journal_stream SET head = 1 WHERE name = 'behind'")) {
            update.executeUpdate();
        }
        // which lets the journal try the others by themselves
        assertThatThrownBy(() -> store.write(List.of(append("behind"), append("right"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("(expected: all tables of one backup)");
        assertThat(fill(store, "right", 1).offset()).isEqualTo(1);
    }

    @Test
    void optionsAreChecked() {
        JdbcStore.Builder builder = JdbcStore.postgresql("jdbc:postgresql://localhost/x", "u", "p");
        assertThatThrownBy(() -> builder.timeout(Duration.ofMillis(10)))
                .hasMessage("timeout: PT0.01S (expected: at least 500 ms)");
        assertThatThrownBy(() -> builder.readConnections(0)).hasMessage("readConnections: 0 (expected: at least 1)");
        assertThatThrownBy(() -> builder.maxWalBytes(1)).hasMessage("maxWalBytes: 1 (expected: at least 1048576)");
        assertThatThrownBy(() -> JdbcStore.postgresql("jdbc:mysql://h/x?password=secret", "u", "p"))
                .hasMessage("url: jdbc:mysql://h/x (expected: jdbc:postgresql://host/database)");
    }
}
