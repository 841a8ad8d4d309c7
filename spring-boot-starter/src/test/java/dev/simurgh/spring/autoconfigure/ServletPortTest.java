package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Result;
import dev.simurgh.spring.SimurghChannel;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The sockets on the application's own port, on the servlet container that is on the class path. */
class ServletPortTest {
    @Configuration
    @EnableAutoConfiguration
    static class Application {
        @Bean
        @SimurghChannel("room:*")
        ChannelSpec<Object> room() {
            return ChannelSpec.builder(Object::new)
                    .handleIn("ask", Map.class, (c, asked, socket) -> Result.ok(asked))
                    .build();
        }

        @Bean
        ServletRegistrationBean<HttpServlet> page() {
            return new ServletRegistrationBean<>(
                    new HttpServlet() {
                        private static final long serialVersionUID = 1;

                        @Override
                        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                                throws IOException {
                            response.getWriter().write("the application's");
                        }
                    },
                    "/page");
        }
    }

    private static ConfigurableApplicationContext run(Class<?> application, String... properties) {
        return new SpringApplicationBuilder(application)
                .web(WebApplicationType.SERVLET)
                .properties("simurgh.server.mode=application-port", "server.port=0", "spring.main.banner-mode=off")
                .properties(properties)
                .run();
    }

    private static int port(ConfigurableApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void clientsComeByThePortOfTheApplicationAndAreSentAwayWhenItStops() throws Exception {
        ConfigurableApplicationContext context = run(Application.class, "simurgh.server.long-poll=true");
        try (Client client = new Client(port(context))) {
            assertThat(client.join("room:1")).contains("\"ok\"");
            assertThat(client.ask("[\"1\",\"2\",\"room:1\",\"ask\",{\"a\":1}]")).contains("{\"a\":1}");
            assertThat(get(port(context), "/page").body()).isEqualTo("the application's");
            assertThat(get(port(context), "/socket/longpoll?vsn=2.0.0").body()).contains("\"token\"");
            assertThat(get(port(context), "/nothing").statusCode()).isEqualTo(404);
            assertThat(context.getEnvironment().getProperty("local.simurgh.port"))
                    .isNull();
            context.close();
            assertThat(client.closeCode()).isEqualTo(1012);
        }
    }

    /** Asks for the socket as soon as the port is open, before anything behind that has started. */
    @Configuration(proxyBeanMethods = false)
    static class Impatient extends Application {
        final CompletableFuture<String> joined = new CompletableFuture<>();

        @Bean
        SmartLifecycle rightBehindTheWebServer(ConfigurableApplicationContext context) {
            return new SmartLifecycle() {
                @Override
                public int getPhase() {
                    return DEFAULT_PHASE - 2047;
                }

                @Override
                public void start() {
                    try (Client client = new Client(port(context))) {
                        joined.complete(client.join("room:1"));
                    }
                }

                @Override
                public void stop() {}

                @Override
                public boolean isRunning() {
                    return joined.isDone();
                }
            };
        }
    }

    @Test
    @Tag("one-boot")
    void theSocketsAreThereBeforeThePortIs() {
        try (ConfigurableApplicationContext context = run(Impatient.class)) {
            assertThat(context.getBean(Impatient.class).joined).isCompleted();
        }
    }

    @Test
    @Tag("one-boot")
    void aContextThatIsStoppedAndStartedAgainServesAgain() {
        try (ConfigurableApplicationContext context = run(Application.class)) {
            Client before = new Client(port(context));
            assertThat(before.join("room:1")).contains("\"ok\"");
            context.stop();
            assertThat(before.closeCode()).isEqualTo(1012);
            context.start();
            try (Client after = new Client(port(context))) {
                assertThat(after.join("room:1")).contains("\"ok\"");
            }
        }
    }

    @Test
    void lazyBeansAndAContextPathAreNoHindrance() {
        try (ConfigurableApplicationContext context = run(
                        Application.class, "spring.main.lazy-initialization=true", "server.servlet.context-path=/app");
                Client client = new Client(port(context), "/app/socket")) {
            assertThat(client.join("room:1")).contains("\"ok\"");
        }
    }

    @Test
    @Tag("long")
    void aThousandCallbacksThatWaitForADatabaseHoldUpNobodyElse() {
        try (ConfigurableApplicationContext context =
                run(BlockedApplication.class, "spring.threads.virtual.enabled=true")) {
            BlockedApplication.check(port(context));
        }
    }

    /** On this machine is who has the address, and not who sends it in a header that Spring's filter believes, and hides. */
    @Test
    void whoOnlySaysThatItIsOnThisMachineSeesNoDashboard() throws Exception {
        try (ConfigurableApplicationContext context = run(
                Application.class, "simurgh.dashboard.access=loopback", "server.forward-headers-strategy=framework")) {
            assertThat(dashboard(context, "Accept", "text/html")).isEqualTo(200);
            for (String said : List.of("127.0.0.1", "127.0.0.1, 10.0.0.9", "::1", "127.0.0.1, 203.0.113.7")) {
                assertThat(dashboard(context, "X-Forwarded-For", said)).as(said).isEqualTo(403);
            }
            assertThat(dashboard(context, "Forwarded", "for=127.0.0.1")).isEqualTo(403);
        }
    }

    /** Tomcat's own valve takes the header away, so it cannot be told who only says so. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "server.forward-headers-strategy=native",
                "spring.main.cloud-platform=kubernetes",
                "server.tomcat.remoteip.remote-ip-header=x-forwarded-for"
            })
    @Tag("one-boot")
    void whereTomcatBelievesHeadersNobodyIsOnThisMachine(String setting) throws Exception {
        try (ConfigurableApplicationContext context =
                run(Application.class, "simurgh.dashboard.access=loopback", setting)) {
            assertThat(dashboard(context, "Accept", "text/html")).isEqualTo(403);
            assertThat(dashboard(context, "X-Forwarded-For", "127.0.0.1")).isEqualTo(403);
        }
    }

    private static int dashboard(ConfigurableApplicationContext context, String header, String value) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(context) + "/dashboard/"))
                                .header(header, value)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/"})
    @Tag("one-boot")
    void anActuatorAtTheRootIsInTheWayOfNoSocket(String base) {
        try (ConfigurableApplicationContext context =
                        run(Application.class, "management.endpoints.web.base-path=" + base);
                Client client = new Client(port(context))) {
            assertThat(client.join("room:1")).contains("\"ok\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/manage", "/manage/"})
    void aSocketBelowTheActuatorIsRefused(String base) {
        assertThatThrownBy(() -> run(
                        Application.class,
                        "management.endpoints.web.base-path=" + base,
                        "simurgh.socket.path=/manage/socket"))
                .rootCause()
                .isInstanceOf(SimurghConfigurationException.class)
                .hasMessageStartingWith("management.endpoints.web.base-path: " + base
                        + " (expected: another path than the socket at /manage/socket)");
    }

    @Test
    @Tag("one-boot")
    void withoutAWebServerItIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.NONE)
                        .properties("simurgh.server.mode=application-port")
                        .run())
                .hasRootCauseInstanceOf(SimurghConfigurationException.class);
    }
}
