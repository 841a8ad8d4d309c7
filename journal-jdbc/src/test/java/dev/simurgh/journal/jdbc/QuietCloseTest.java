package dev.simurgh.journal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class QuietCloseTest {
    @TempDir
    Path directory;

    @Test
    void whoClosesAStoreIsNotWarned() {
        Logger pool = (Logger) LoggerFactory.getLogger("com.zaxxer.hikari");
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        Level before = pool.getLevel();
        pool.setLevel(Level.WARN);
        pool.addAppender(logged);
        try {
            try (JdbcStore store =
                    JdbcStore.sqlite(directory.resolve("journal.db")).open()) {
                assertThat(store.heads(List.of("stream"))).hasSize(1);
            }
        } finally {
            pool.detachAppender(logged);
            pool.setLevel(before);
        }
        assertThat(logged.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
    }

    @Test
    void aPoolThatThrowsKeepsTheOtherNotOpen() {
        Duration timeout = Duration.ofSeconds(1);
        HikariDataSource writing = new HikariDataSource();
        HikariDataSource reading = new HikariDataSource() {
            @Override
            public void close() {
                throw new IllegalStateException("test");
            }
        };
        Connections connections = new Connections(new Postgres("test", timeout), writing, reading, timeout);
        assertThatThrownBy(connections::close).hasMessage("test");
        assertThat(writing.isClosed()).isTrue();
    }
}
