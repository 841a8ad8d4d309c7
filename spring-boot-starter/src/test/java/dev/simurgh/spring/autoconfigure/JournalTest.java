package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.JournalException;
import dev.simurgh.journal.KeptTopics;
import dev.simurgh.journal.MemoryStore;
import dev.simurgh.journal.Retention;
import dev.simurgh.journal.spi.Store;
import dev.simurgh.protocol.Payload;
import dev.simurgh.spring.EndpointCustomizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.NestedExceptionUtils;

class JournalTest {
    @TempDir
    Path folder;

    private final ApplicationContextRunner runner =
            Runners.portless().withConfiguration(AutoConfigurations.of(JournalAutoConfiguration.class));

    private static DataSource pool(String url) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        return pool;
    }

    private static void failsWith(AssertableApplicationContext context, String description, String action) {
        assertThat(context).hasFailed();
        Throwable failure =
                NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure()));
        assertThat(failure).isInstanceOf(SimurghConfigurationException.class).hasMessageContaining(description);
        assertThat(((SimurghConfigurationException) failure).action()).contains(action);
    }

    @Test
    void thereIsNoJournalThatNobodyHasAskedFor() {
        runner.run(context -> assertThat(context).doesNotHaveBean(Journal.class).doesNotHaveBean(KeptTopics.class));
    }

    @Test
    void whatIsSaidOfItIsNotPassedOver() {
        ApplicationContextRunner inMemory = runner.withPropertyValues("simurgh.journal.store=memory");
        for (int i : new int[] {0, 1}) {
            String topics = "simurgh.kept.topics[" + i + "]";
            inMemory.withPropertyValues("simurgh.kept.topics[0].max-entries=2")
                    .withPropertyValues(i == 0 ? new String[0] : new String[] {"simurgh.kept.topics[0].pattern=a"})
                    .withPropertyValues(topics + ".max-age=1d")
                    .run(context -> failsWith(
                            context,
                            topics + ".pattern: none (expected: a topic, or a pattern such as room:*)",
                            "which topics"));
        }
        inMemory.withPropertyValues("simurgh.kept.topics[0].pattern=room:*", "simurgh.kept.topics[0].max-entries=0")
                .run(context -> failsWith(
                        context,
                        "simurgh.kept.topics[0].max-entries: 0 (expected: a number, at least 1)",
                        "Change simurgh.kept.topics[0].max-entries"));
        runner.withPropertyValues("simurgh.journal.file=" + folder.resolve("only.db"))
                .run(context -> assertThat(context).hasSingleBean(Journal.class));
    }

    @Test
    void topicsAreKeptOnTheFileOfTheApplicationsSqliteAlsoOverARestart() {
        ApplicationContextRunner kept = runner.withBean(
                        DataSource.class, () -> pool("jdbc:sqlite:" + folder.resolve("app.db") + "?journal_mode=WAL"))
                .withPropertyValues("simurgh.kept.topics[0].pattern=room:*", "simurgh.kept.topics[0].max-entries=2");
        kept.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(KeptTopics.class)
                            .broadcast("room:1", "said", Map.of())
                            .join()
                            .offset())
                    .isEqualTo(1);
        });
        kept.run(context -> assertThat(context.getBean(KeptTopics.class)
                        .broadcast("room:1", "said", Map.of())
                        .join()
                        .offset())
                .isEqualTo(2));
        assertThat(folder.resolve("app.db")).exists();
    }

    @Test
    void aFileOfItsOwnIsMadeWithItsFolder() {
        Path file = folder.resolve("data/journal.db");
        runner.withPropertyValues("simurgh.journal.store=sqlite", "simurgh.journal.file=" + file)
                .run(context -> {
                    assertThat(context).hasSingleBean(Journal.class);
                    assertThat(Files.exists(file)).isTrue();
                });
    }

    @Test
    void aDatabaseThatLosesWhatItHasAcknowledgedIsRefusedWithTheRemedy() {
        runner.withBean("h2", DataSource.class, () -> pool("jdbc:h2:mem:journal"))
                .withPropertyValues("simurgh.journal.store=data-source")
                .run(context -> failsWith(
                        context,
                        "DataSource 'h2': H2 (expected: PostgreSQL or SQLite, for a journal)",
                        "simurgh.journal.store=memory"));
        runner.withBean("memory", DataSource.class, () -> pool("jdbc:sqlite::memory:"))
                .withPropertyValues("simurgh.journal.store=data-source")
                .run(context -> failsWith(
                        context,
                        "DataSource 'memory': jdbc:sqlite::memory: (expected: a file",
                        "simurgh.journal.file"));
        runner.withPropertyValues("simurgh.journal.store=data-source")
                .run(context -> failsWith(context, "journal: No qualifying bean", "simurgh.journal.file"));
        runner.withPropertyValues("simurgh.journal.store=sqlite")
                .run(context -> failsWith(context, "sqlite without a file", "simurgh.journal.file"));
        runner.withClassLoader(new FilteredClassLoader("dev.simurgh.journal.jdbc"))
                .withPropertyValues("simurgh.journal.store=sqlite", "simurgh.journal.file=x.db")
                .run(context -> failsWith(context, "no store for a database", "dev.simurgh:simurgh-journal-jdbc"));
    }

    @Configuration
    static class TwoPools {
        @Bean
        DataSource other() {
            return pool("jdbc:h2:mem:other");
        }

        @Bean
        DataSource app() {
            return pool("jdbc:sqlite:" + System.getProperty("java.io.tmpdir") + "/simurgh-two-pools.db");
        }
    }

    @Configuration
    static class PrimaryPool extends TwoPools {
        @Bean
        @Primary
        DataSource primary() {
            return app();
        }
    }

    @Test
    void ofSeveralDatabasesItIsThePrimaryOrTheNamedOne() {
        String store = "simurgh.journal.store=data-source";
        runner.withUserConfiguration(TwoPools.class)
                .run(context -> assertThat(context).hasNotFailed());
        runner.withUserConfiguration(TwoPools.class)
                .withPropertyValues(store)
                .run(context -> failsWith(context, "found 2: other,app", "simurgh.journal.data-source"));
        runner.withUserConfiguration(TwoPools.class)
                .withPropertyValues(store, "simurgh.journal.data-source=app")
                .run(context -> assertThat(context).hasSingleBean(Journal.class));
        runner.withUserConfiguration(PrimaryPool.class)
                .withPropertyValues(store)
                .run(context -> assertThat(context).hasSingleBean(Journal.class));
    }

    @Configuration
    static class Own {
        @Bean
        Store store() {
            return MemoryStore.create();
        }

        @Bean
        EndpointCustomizer named() {
            return endpoint -> endpoint.nodeName("own@test");
        }
    }

    @Test
    void whatTheApplicationDeclaresGoesBefore() {
        runner.withUserConfiguration(Own.class)
                .withPropertyValues("simurgh.kept.topics[0].pattern=room:*")
                .run(context -> {
                    assertThat(context).hasSingleBean(Journal.class);
                    assertThat(context.getBean(Endpoint.class).node().self()).isEqualTo("own@test");
                });
        Journal mine = Journal.inMemory();
        runner.withBean(Journal.class, () -> mine)
                .withBean(
                        KeptTopics.class,
                        () -> KeptTopics.builder(mine)
                                .keep("mine", Retention.forever())
                                .build())
                .withPropertyValues("simurgh.kept.topics[0].pattern=room:*")
                .run(context -> {
                    assertThat(context.getBean(KeptTopics.class).keeps("room:1"))
                            .isFalse();
                    assertThat(context.getBean(Endpoint.class).backstage().keeps("mine"))
                            .isTrue();
                });
        assertThat(mine.append("mine", "e", Payload.EMPTY))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(JournalException.class);
    }
}
