package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.server.ServerStartException;
import dev.simurgh.spring.EndpointCustomizer;
import dev.simurgh.spring.SimurghSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.support.SpringFactoriesLoader;

class FailedStartTest {
    static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("simurgh-"))
                .collect(Collectors.toSet());
    }

    private static Throwable failure(Class<?> application, String... properties) {
        Set<Thread> before = threads();
        Throwable[] failure = new Throwable[1];
        assertThatThrownBy(() -> new SpringApplicationBuilder(application)
                        .web(WebApplicationType.NONE)
                        .properties("simurgh.server.port=0", "spring.main.banner-mode=off")
                        .properties(properties)
                        .run())
                .satisfies(thrown -> failure[0] = thrown);
        await().untilAsserted(() -> assertThat(before).containsAll(threads()));
        return failure[0];
    }

    private static @Nullable FailureAnalysis analysis(Throwable failure) {
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, (SpringFactoriesLoader.FailureHandler)
                        (type, name, thrown) -> {}) // those of others
                .stream()
                .filter(analyzer -> analyzer.getClass().getPackageName().startsWith("dev.simurgh"))
                .sorted(AnnotationAwareOrderComparator.INSTANCE)
                .map(analyzer -> analyzer.analyze(failure))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    @Configuration
    @EnableAutoConfiguration
    static class Empty {}

    @Test
    void aPortThatIsTakenIsSaidWithThePropertyAndLeavesNothingBehind() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Throwable failure = failure(
                    Empty.class, "simurgh.server.port=" + taken.getLocalPort(), "simurgh.server.host=127.0.0.1");
            assertThat(failure).hasRootCauseInstanceOf(IOException.class);
            FailureAnalysis analysis = Objects.requireNonNull(analysis(failure));
            assertThat(analysis.getDescription())
                    .startsWith("Simurgh's own port: port: " + taken.getLocalPort()
                            + " of 127.0.0.1 (expected: a free port");
            assertThat(analysis.getAction())
                    .isEqualTo("Set simurgh.server.port to a free port (0 for any), or"
                            + " simurgh.server.mode=application-port to be served on that of the application.");
        }
    }

    @Test
    void anOldNettyIsSaidWithWhatToDo() {
        FailureAnalysis analysis = Objects.requireNonNull(
                analysis(new IllegalStateException(new ServerStartException("Netty on the class path: 4.1"))));
        assertThat(analysis.getAction()).contains("simurgh-server-shaded").contains("netty.version");
    }

    @Configuration
    static class LateFailure extends Empty {
        @Bean
        SmartLifecycle late() {
            return new SmartLifecycle() {
                @Override
                public void start() {
                    throw new IllegalStateException("on purpose");
                }

                @Override
                public void stop() {}

                @Override
                public boolean isRunning() {
                    return false;
                }
            };
        }
    }

    @Test
    @Tag("one-boot")
    void whatFailsBehindItLeavesNothingOfItBehind() {
        assertThat(failure(LateFailure.class)).hasRootCauseMessage("on purpose");
    }

    @Configuration
    static class ClosedByItself extends Empty {
        /** Behind the endpoint, and before the port. */
        @Bean
        SmartLifecycle closes(ConfigurableApplicationContext context) {
            return new SmartLifecycle() {
                @Override
                public int getPhase() {
                    return 0;
                }

                @Override
                public void start() {
                    context.close();
                }

                @Override
                public void stop() {}

                @Override
                public boolean isRunning() {
                    return false;
                }
            };
        }
    }

    /** As an application may that finds that it has nothing to do. */
    @Test
    @Tag("one-boot")
    void aContextThatIsClosedWhileItStartsOpensNoPortAndLeavesNothingBehind() {
        Set<Thread> before = threads();
        try {
            ConfigurableApplicationContext context = new SpringApplicationBuilder(ClosedByItself.class)
                    .web(WebApplicationType.NONE)
                    .properties("simurgh.server.port=0", "spring.main.banner-mode=off")
                    .run();
            assertThat(context.isActive()).isFalse();
            assertThat(context.getEnvironment().getProperty("local.simurgh.port"))
                    .isNull();
        } catch (IllegalStateException e) { // Boot's own, for what comes behind the start
            assertThat(e).hasMessageNotContaining("endpoint");
        }
        await().untilAsserted(() -> assertThat(before).containsAll(threads()));
    }

    @Configuration
    static class PartFailure extends Empty {
        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        Part part() {
            return endpoint -> {
                throw new IllegalStateException("on purpose");
            };
        }
    }

    @Test
    @Tag("one-boot")
    void aPartThatFailsLeavesNothingBehind() {
        assertThat(failure(PartFailure.class)).hasRootCauseMessage("on purpose");
    }

    @Configuration
    static class Cycle extends Empty {
        @Bean
        EndpointCustomizer wants(Endpoint endpoint) {
            return builder -> builder.nodeName(endpoint.node().self());
        }
    }

    @Test
    @Tag("one-boot")
    void whatIsMadeBeforeTheEndpointIsToldHowToGetIt() {
        FailureAnalysis analysis = Objects.requireNonNull(analysis(failure(Cycle.class)));
        assertThat(analysis.getAction()).contains("ObjectProvider<Endpoint>");
    }

    @TempDir
    Path folder;

    @Test
    void whatPropertiesSayWrongIsSaidAllAtOnceWithFileAndLineBeforeAnythingIsMade() throws IOException {
        Path file = Files.writeString(folder.resolve("application.properties"), """
                # the port of the sockets
                simurgh.server.port=-5
                simurgh.socketPath=passed over, as Spring Boot does
                simurgh.socket.path=socket
                simurgh.cluster.secret=tell-nobody
                """);
        FailureAnalysis analysis = Objects.requireNonNull(
                analysis(failure(Never.class, "spring.config.location=file:" + file, "simurgh.health.minNodes=-1")));
        assertThat(analysis.getDescription().lines().toList())
                .satisfiesExactly(
                        path -> assertThat(path)
                                .isEqualTo("simurgh.socket.path: socket (expected: a path such as /socket, with no"
                                        + " slash at its end)"),
                        origin -> assertThat(origin).contains("Origin: ", "application.properties] - 4:21"),
                        port -> assertThat(port).isEqualTo("simurgh.server.port: -5 (expected: 0 to 65535)"),
                        origin -> assertThat(origin).contains("Origin: ", "application.properties] - 2:21"),
                        secret -> assertThat(secret).startsWith("simurgh.cluster.secret: one of 11 characters"),
                        origin -> assertThat(origin).contains("application.properties] - 5:24"),
                        nodes -> assertThat(nodes).startsWith("simurgh.health.minNodes: -1 (expected: "),
                        origin -> assertThat(origin).contains("Origin: \"simurgh.health.minNodes\""));
        assertThat(analysis.getAction()).contains("Change simurgh.server.port.");
    }

    @Configuration
    static class Never extends Empty {
        @Bean
        Object first() {
            throw new AssertionError("made of properties that cannot be");
        }
    }

    @Test
    @Tag("one-boot")
    void aSocketOfABeanAtAWrongPathIsSaid() {
        FailureAnalysis analysis = Objects.requireNonNull(analysis(failure(Astray.class)));
        assertThat(analysis.getDescription())
                .isEqualTo("path: socket (expected: a path such as /socket, with no slash at its end)");
        assertThat(analysis.getAction()).contains("@SimurghSocket");
    }

    @Configuration
    static class Astray extends Empty {
        @Bean
        @SimurghSocket("socket")
        SocketSpec astray() {
            return SocketSpec.builder().build();
        }
    }

    @Test
    @Tag("one-boot")
    void aDashboardInTheWayOfASocketOrOfTheHealthIsSaid() {
        String open = "simurgh.dashboard.access=loopback";
        assertThat(Objects.requireNonNull(analysis(failure(Empty.class, open, "simurgh.dashboard.path=/socket")))
                        .getDescription())
                .startsWith("simurgh.dashboard.path: /socket (expected: another path than the socket at /socket)\n"
                        + "    Origin: ");
        assertThat(Objects.requireNonNull(analysis(failure(Empty.class, open, "simurgh.socket.path=/dashboard/live")))
                        .getDescription())
                .isEqualTo("simurgh.dashboard.path: /dashboard, by default (expected: another path than the socket at"
                        + " /dashboard/live)");
        assertThat(Objects.requireNonNull(analysis(failure(
                                Empty.class, open, "simurgh.dashboard.path=/a/b", "simurgh.server.health-path=/a/b/c")))
                        .getDescription())
                .startsWith("simurgh.dashboard.path: /a/b (expected: another path than simurgh.server.health-path,"
                        + " /a/b/c)");
    }
}
