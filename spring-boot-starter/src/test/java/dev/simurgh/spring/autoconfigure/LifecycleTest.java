package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.DrainReport;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.spi.Part;
import dev.simurgh.pubsub.InMemoryCluster;
import dev.simurgh.pubsub.NodeId;
import dev.simurgh.pubsub.NodeListener;
import dev.simurgh.pubsub.spi.ClusterAdapter;
import dev.simurgh.spring.SimurghChannel;
import dev.simurgh.spring.SimurghProperties;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.SimpleApplicationEventMulticaster;

class LifecycleTest {
    /** What happened, of the context that runs. */
    private static final List<String> HAPPENED = new CopyOnWriteArrayList<>();

    private static ConfigurableApplicationContext run(Class<?> application, String... properties) {
        return new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .properties("simurgh.server.port=0", "spring.main.banner-mode=off")
                .properties(properties)
                .run();
    }

    private static int port(ConfigurableApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.simurgh.port", Integer.class);
    }

    /** A bean that channels use until the end. */
    static final class Service implements DisposableBean {
        private volatile boolean destroyed;

        String answer() {
            return destroyed ? "destroyed" : "alive";
        }

        @Override
        public void destroy() {
            destroyed = true;
            HAPPENED.add("service destroyed");
        }
    }

    /** As the web server of the application does it, by its phase. */
    private static final class WebServer implements SmartLifecycle {
        private volatile boolean running;

        @Override
        public int getPhase() {
            return DEFAULT_PHASE - 2048;
        }

        @Override
        public void start() {
            running = true;
            HAPPENED.add("web server started");
        }

        @Override
        public void stop() {
            running = false;
            HAPPENED.add("web server stopped");
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {
        @Bean
        Service service() {
            return new Service();
        }

        @Bean
        @SimurghChannel("room:*")
        ChannelSpec<Object> room(Service service) {
            return ChannelSpec.builder(Object::new)
                    .handleIn("ask", Map.class, (c, m, socket) -> Result.ok(Map.of("service", service.answer())))
                    .terminate((c, reason, socket) -> HAPPENED.add("terminate with service " + service.answer()))
                    .build();
        }

        @Bean
        Part part() {
            return new Part() {
                @Override
                public void start(Endpoint endpoint) {
                    HAPPENED.add("part started");
                }

                @Override
                public void draining() {
                    HAPPENED.add("draining");
                }

                @Override
                public void drained(DrainReport report) {
                    HAPPENED.add("drained " + report.connections());
                }

                @Override
                public void stop() {
                    HAPPENED.add("part stopped");
                }
            };
        }

        @Bean
        WebServer webServer() {
            return new WebServer();
        }
    }

    @Configuration
    static class Clustered extends Application {
        static final InMemoryCluster CLUSTER = new InMemoryCluster();

        @Bean
        ClusterAdapter cluster() {
            return CLUSTER.node("app@test");
        }
    }

    @Test
    void clientsAreSentAwayFirstAndTheEndpointEndsWithAllBeansAlive() {
        Endpoint other =
                Endpoint.builder().cluster(Clustered.CLUSTER.node("other@test")).build();
        other.node().addListener(new NodeListener() {
            @Override
            public void nodeUp(NodeId node) {
                HAPPENED.add("cluster joined");
            }

            @Override
            public void nodeDown(NodeId node) {
                HAPPENED.add("cluster left");
            }
        });
        HAPPENED.clear();
        ConfigurableApplicationContext context = run(Clustered.class);
        assertThat(HAPPENED).containsExactly("cluster joined", "part started", "web server started");
        HAPPENED.clear();
        try (Client client = new Client(port(context))) {
            assertThat(client.join("room:1")).contains("\"ok\"");
            context.close();
            assertThat(client.closeCode()).isEqualTo(1012);
        }
        assertThat(HAPPENED)
                .containsExactly(
                        "draining",
                        "terminate with service alive",
                        "drained 1",
                        "web server stopped",
                        "part stopped",
                        "cluster left",
                        "service destroyed");
        other.close();
    }

    @Configuration
    static class EventsLater extends Application {
        @Bean
        SimpleApplicationEventMulticaster applicationEventMulticaster() {
            SimpleApplicationEventMulticaster later = new SimpleApplicationEventMulticaster();
            later.setTaskExecutor(task -> {}); // as late as can be
            return later;
        }
    }

    @Test
    @Tag("one-boot")
    void anApplicationWhoseListenersAreCalledLaterEndsInTheSameOrder() {
        HAPPENED.clear();
        ConfigurableApplicationContext context = run(EventsLater.class);
        try (Client client = new Client(port(context))) {
            assertThat(client.join("room:1")).contains("\"ok\"");
            HAPPENED.clear();
            context.close();
        }
        assertThat(HAPPENED)
                .containsExactly(
                        "draining",
                        "terminate with service alive",
                        "drained 1",
                        "web server stopped",
                        "part stopped",
                        "service destroyed");
    }

    @Test
    @Tag("one-boot")
    void lazyBeansAreNoReasonNotToStart() {
        try (ConfigurableApplicationContext context = run(Application.class, "spring.main.lazy-initialization=true");
                Client client = new Client(port(context))) {
            assertThat(client.join("room:1")).contains("\"ok\"");
            assertThat(client.ask("[\"1\",\"2\",\"room:1\",\"ask\",{}]")).contains("alive");
            assertThat(HAPPENED).contains("part started");
        }
    }

    @Test
    void aContextThatIsStoppedAndStartedAgainServesAgain() {
        try (ConfigurableApplicationContext context = run(Application.class)) {
            Endpoint endpoint = context.getBean(Endpoint.class);
            Client before = new Client(port(context));
            assertThat(before.join("room:1")).contains("\"ok\"");
            int first = port(context);
            HAPPENED.clear();
            context.stop();
            assertThat(before.closeCode()).isEqualTo(1012);
            assertThat(context.getBean(ServerLifecycle.class).port()).isEqualTo(-1);
            assertThat(HAPPENED).containsExactly("terminate with service alive", "web server stopped");
            assertThatThrownBy(() -> new Client(first)).isInstanceOf(Exception.class);

            context.start();
            assertThat(endpoint.isDraining()).isFalse();
            try (Client after = new Client(port(context))) {
                assertThat(after.join("room:1")).contains("\"ok\"");
            }
        }
        assertThat(HAPPENED).contains("part stopped").endsWith("service destroyed");
    }

    @Test
    @Tag("one-boot")
    void aHierarchyOfContextsHasOneServer() {
        ConfigurableApplicationContext child = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties("simurgh.server.port=0", "spring.main.banner-mode=off")
                .child(Empty.class)
                .web(WebApplicationType.NONE)
                .run();
        try (ConfigurableApplicationContext parent =
                (ConfigurableApplicationContext) Objects.requireNonNull(child.getParent())) {
            assertThat(child.getBeansOfType(ServerLifecycle.class)).isEmpty();
            assertThat(child.getBean(Endpoint.class)).isSameAs(parent.getBean(Endpoint.class));
            child.close();
            try (Client client = new Client(port(parent))) {
                assertThat(client.join("room:1")).contains("\"ok\"");
            }
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class Empty {}

    @Test
    @Tag("one-boot")
    void contextsOfOneProcessAreApart() {
        ConfigurableApplicationContext one = run(Application.class);
        try (ConfigurableApplicationContext other = run(Application.class);
                Client client = new Client(port(other))) {
            assertThat(client.join("room:1")).contains("\"ok\"");
            assertThat(port(one)).isNotEqualTo(port(other));
            one.close();
            assertThat(client.ask("[\"1\",\"2\",\"room:1\",\"ask\",{}]")).contains("alive");
        }
    }

    @Configuration
    static class Hanging extends Application {
        final CountDownLatch never = new CountDownLatch(1);

        @Bean
        Part hangs() {
            return new Part() {
                @Override
                public void start(Endpoint endpoint) {}

                @Override
                public void stop() {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            };
        }
    }

    @Test
    @Tag("one-boot")
    void aPartThatHangsDoesNotKeepTheApplicationFromEnding() {
        ConfigurableApplicationContext context = run(Hanging.class, "spring.lifecycle.timeout-per-shutdown-phase=1s");
        CountDownLatch never = context.getBean(Hanging.class).never;
        HAPPENED.clear();
        context.close();
        assertThat(HAPPENED).endsWith("service destroyed");
        never.countDown();
    }

    @Test
    @Tag("one-boot")
    void aDrainEndsBeforeSpringGoesOnWithoutWaiting() {
        assertThat(PreparedEndpoint.drain(drain(null), Duration.ofSeconds(30)).limit())
                .hasSeconds(24);
        assertThat(PreparedEndpoint.drain(drain(null), Duration.ofSeconds(4)).limit())
                .hasSeconds(2);
        assertThat(PreparedEndpoint.drain(drain(Duration.ofSeconds(50)), Duration.ofSeconds(60))
                        .limit())
                .hasSeconds(50);
        assertThatThrownBy(() -> PreparedEndpoint.drain(drain(Duration.ofSeconds(30)), Duration.ofSeconds(30)))
                .isInstanceOf(SimurghConfigurationException.class)
                .hasMessage(
                        "simurgh.drain.limit: 30000 ms (expected: less than spring.lifecycle.timeout-per-shutdown-phase,"
                                + " 30000 ms, after which Spring goes on without waiting)");
    }

    private static SimurghProperties.Drain drain(@Nullable Duration limit) {
        return new SimurghProperties.Drain(10, Duration.ofSeconds(2), limit);
    }
}
