package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.DrainReport;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.journal.Journal;
import dev.simurgh.journal.jdbc.JdbcStore;
import dev.simurgh.protocol.Payload;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.spring.SimurghChannel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;

/** What a balancer, a client, a channel and another node see of an application with a web server that ends, and in which order. */
@Tag("one-boot")
class ServletShutdownTest {
    /** What happened, of the context that runs. */
    private static final List<String> HAPPENED = new CopyOnWriteArrayList<>();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    /** Looks from outside, where it is asked to. */
    static final class Outside {
        private final ConfigurableApplicationContext context;

        Outside(ConfigurableApplicationContext context) {
            this.context = context;
        }

        private int port(String of) {
            return context.getEnvironment().getProperty("local." + of + ".port", Integer.class, -1);
        }

        int sockets() {
            int own = port("simurgh");
            return own > 0 ? own : port("server");
        }

        String readiness() {
            int port = port("management") > 0 ? port("management") : port("server");
            try {
                return "readiness "
                        + HTTP.send(
                                        HttpRequest.newBuilder(URI.create(
                                                        "http://127.0.0.1:" + port + "/actuator/health/readiness"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .statusCode();
            } catch (IOException e) {
                return "no answer";
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        String connect() {
            try (Client client = new Client(sockets())) {
                return client.join("quiet").contains("\"ok\"") ? "connects" : "is not joined";
            } catch (CompletionException e) {
                return "is refused";
            }
        }
    }

    /** The application's database, which says when it goes. */
    static final class Pool extends HikariDataSource {
        Pool(String url) {
            setJdbcUrl(url);
        }

        @Override
        public void close() {
            HAPPENED.add("database closed");
            super.close();
        }

        String state() {
            try (Connection connection = getConnection()) {
                return connection.isValid(1) ? "database answers" : "database is away";
            } catch (SQLException e) {
                return "database is gone";
            }
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {
        static final InMemoryCluster CLUSTER = new InMemoryCluster();

        final AtomicReference<CompletableFuture<?>> appended = new AtomicReference<>(new CompletableFuture<>());

        @Bean
        Outside outside(ConfigurableApplicationContext context) {
            return new Outside(context);
        }

        @Bean
        Pool pool() {
            return new Pool("jdbc:h2:mem:shutdown");
        }

        @Bean
        ClusterAdapter cluster() {
            return CLUSTER.node("app@test");
        }

        @Bean
        @SimurghChannel("room")
        ChannelSpec<Object> room(Pool pool, Outside outside, Journal journal) {
            return ChannelSpec.builder(Object::new)
                    .terminate((channel, reason, socket) -> {
                        HAPPENED.add("terminate, " + pool.state() + ", " + outside.readiness() + ", who comes "
                                + outside.connect());
                        appended.set(journal.append("ended", "ended", Payload.EMPTY)); // not waited for
                    })
                    .build();
        }

        @Bean
        @SimurghChannel("quiet")
        ChannelSpec<Object> quiet() {
            return Runners.channel();
        }

        /** As late as anything before the lifecycle is. */
        @Bean
        ApplicationListener<ContextClosedEvent> closing(ConfigurableApplicationContext context, Outside outside) {
            return event -> {
                if (event.getApplicationContext() == context) {
                    HAPPENED.add("closing, " + outside.readiness() + ", who comes " + outside.connect());
                }
            };
        }

        @Bean
        Part part(Outside outside, Pool pool) {
            return new Part() {
                @Override
                public void start(Endpoint endpoint) {}

                @Override
                public void draining() {
                    HAPPENED.add("draining, " + outside.readiness() + ", who comes " + outside.connect());
                }

                @Override
                public void drained(DrainReport report) {
                    HAPPENED.add("drained, " + outside.readiness());
                }

                @Override
                public void stop() {
                    HAPPENED.add("part stopped, " + pool.state() + ", " + outside.readiness());
                }
            };
        }
    }

    private static Endpoint otherNode() {
        Endpoint other = Endpoint.builder()
                .cluster(Application.CLUSTER.node("other@test"))
                .build();
        other.node().addListener(new NodeListener() {
            @Override
            public void nodeUp(NodeId node) {}

            @Override
            public void nodeDown(NodeId node) {
                HAPPENED.add("cluster left");
            }
        });
        return other;
    }

    @ParameterizedTest
    @CsvSource({
        "own-port, other, graceful",
        "application-port, same, graceful",
        "application-port, other, immediate",
    })
    void readinessGoesFirstAndIsToldUntilNobodyIsThereAndBeansGoLast(String mode, String management, String shutdown) {
        Set<Thread> before = FailedStartTest.threads();
        Path file = folder.resolve("journal.db");
        try (Endpoint other = otherNode()) {
            ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                    .web(WebApplicationType.SERVLET)
                    .properties(
                            "simurgh.server.mode=" + mode,
                            "simurgh.server.port=0",
                            "server.port=0",
                            "server.shutdown=" + shutdown,
                            management.equals("other") ? "management.server.port=0" : "management.server.port=",
                            "management.endpoint.health.probes.enabled=true",
                            "simurgh.journal.file=" + file,
                            "simurgh.drain.batch-interval=0",
                            "spring.main.banner-mode=off")
                    .run();
            HAPPENED.clear();
            Application application = context.getBean(Application.class);
            assertThat(other.node().list()).containsExactly("app@test");
            assertThat(context.getBean(Outside.class).readiness()).isEqualTo("readiness 200");
            try (Client client = new Client(context.getBean(Outside.class).sockets())) {
                assertThat(client.join("room")).contains("\"ok\"");
                long start = System.nanoTime();
                context.close();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
                assertThat(client.closeCode()).isEqualTo(1012);
            }
            assertThat(HAPPENED)
                    .containsExactly(
                            "closing, readiness 503, who comes connects",
                            "draining, readiness 503, who comes connects",
                            "terminate, database answers, readiness 503, who comes is refused",
                            "drained, readiness 503",
                            "part stopped, database answers, no answer",
                            "cluster left",
                            "database closed");
            assertThat(application.appended.get()).isCompleted();
        }
        try (Journal again = Journal.builder(JdbcStore.sqlite(file).open()).build()) {
            assertThat(again.heads(List.of("ended")).join().values())
                    .singleElement()
                    .satisfies(head -> assertThat(head.offset()).isEqualTo(1));
        }
        await().untilAsserted(() -> assertThat(before).containsAll(FailedStartTest.threads()));
    }
}
