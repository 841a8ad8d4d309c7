package dev.simurgh.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.channel.Assigns;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.ConnectResult;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.protocol.CloseCode;
import dev.simurgh.spring.SimurghChannel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

class WebFluxPortTest {
    private static final Assigns.Key<String> USER = Assigns.key("user");
    private static volatile Thread connecting = Thread.currentThread();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Configuration
    @EnableAutoConfiguration
    @EnableWebFluxSecurity
    @RestController
    static class Application {
        @Bean
        @SimurghChannel("echo:*")
        ChannelSpec<Object> echo() {
            return ChannelSpec.builder(Object::new)
                    .handleIn("echo", Map.class, (channel, said, socket) -> Result.ok(said))
                    .handleIn(
                            "who",
                            Map.class,
                            (channel, said, socket) ->
                                    Result.ok(Map.of("user", socket.assigns().get(USER))))
                    .build();
        }

        @Bean
        SocketSpec.Connect connect() {
            return request -> {
                connecting = Thread.currentThread();
                return ConnectResult.ok(Assigns.of(
                        USER, request.info().principal().map(Principal::getName).orElse("nobody")));
            };
        }

        /** Event loops of its own, which end at once. */
        @Bean
        ReactorResourceFactory loops() {
            ReactorResourceFactory loops = new ReactorResourceFactory();
            loops.setUseGlobalResources(false);
            loops.setShutdownQuietPeriod(Duration.ZERO);
            return loops;
        }

        @Bean
        SecurityWebFilterChain everybodyMay(ServerHttpSecurity http) {
            return http.authorizeExchange(requests -> requests.anyExchange().permitAll())
                    .csrf(ServerHttpSecurity.CsrfSpec::disable)
                    .build();
        }

        /** Stands for a way to find out who it is. */
        @Bean
        WebFilter identified() {
            return (exchange, chain) -> {
                exchange.getResponse().getHeaders().set("x-filter", "was here");
                Principal ada = () -> "ada";
                return exchange.getRequest().getQueryParams().containsKey("known")
                        ? chain.filter(exchange.mutate()
                                .principal(Mono.delay(Duration.ofMillis(50)).map(asked -> ada)) // such as of a database
                                .build())
                        : chain.filter(exchange);
            };
        }

        @GetMapping("/hello")
        String hello() {
            return "hello";
        }

        /** Of an application with one page, which takes all that is left. */
        @Bean
        RouterFunction<ServerResponse> everythingElse() {
            return RouterFunctions.route(
                    request -> !request.path().endsWith("/hello"),
                    request -> ServerResponse.ok().bodyValue("page"));
        }
    }

    private static ConfigurableApplicationContext start(String... more) {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.REACTIVE)
                .properties("server.port=0", "simurgh.server.mode=application-port", "server.address=127.0.0.1")
                .run(more);
    }

    private static int port(ConfigurableApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void socketsAreOnThePortOfTheApplication() throws Exception {
        try (ConfigurableApplicationContext context = start();
                Client client = new Client(port(context))) {
            assertThat(client.join("echo:a")).contains("\"status\":\"ok\"");
            assertThat(client.ask("[\"1\",\"2\",\"echo:a\",\"echo\",{\"a\":1}]"))
                    .contains("{\"a\":1}");
            assertThat(client.ask("[\"1\",\"3\",\"echo:a\",\"who\",{}]")).contains("nobody");
            assertThat(get(port(context), "/hello").body()).isEqualTo("hello");
            assertThat(get(port(context), "/elsewhere").body()).isEqualTo("page");
        }
    }

    @Test
    void whoTheFiltersFoundReachesConnect() {
        try (ConfigurableApplicationContext context = start();
                Client client = new Client(port(context), "/socket", "&known=yes")) {
            client.join("echo:a");

            assertThat(client.ask("[\"1\",\"2\",\"echo:a\",\"who\",{}]")).contains("ada");
            // not where the filter went on: what the client says meanwhile would be lost
            assertThat(connecting.getName()).doesNotContain("parallel");
        }
    }

    @Test
    @Tag("one-boot")
    void answersHaveWhatFiltersAdd() throws Exception {
        try (ConfigurableApplicationContext context = start()) {
            HttpResponse<String> answer = get(port(context), "/socket/websocket?vsn=2.0.0");

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.headers().firstValue("x-filter")).contains("was here");
            assertThat(answer.body()).contains("Upgrade");
        }
    }

    @Test
    @Tag("one-boot")
    void anApplicationBelowAPathHasItsSocketsThere() {
        try (ConfigurableApplicationContext context = start("--spring.webflux.base-path=/app");
                Client client = new Client(port(context), "/app/socket")) {
            assertThat(client.join("echo:a")).contains("\"status\":\"ok\"");
        }
    }

    @Test
    void aPortForManagementHasNone() throws Exception {
        try (ConfigurableApplicationContext context = start("--management.server.port=0")) {
            int management = context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);

            assertThat(get(port(context), "/socket/websocket?vsn=2.0.0").body()).contains("Upgrade");
            assertThat(get(management, "/socket/websocket?vsn=2.0.0").body()).doesNotContain("Upgrade");
        }
    }

    @Test
    void clientsAreSentAwayBeforeTheBeansEnd() {
        Client client;
        try (ConfigurableApplicationContext context = start()) {
            client = new Client(port(context));
            client.join("echo:a");
        }
        assertThat(client.closeCode()).isEqualTo(CloseCode.SERVICE_RESTART);
    }
}
