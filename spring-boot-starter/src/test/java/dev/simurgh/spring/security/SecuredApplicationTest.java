package dev.simurgh.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.simurgh.spring.HandleIn;
import dev.simurgh.spring.Join;
import dev.simurgh.spring.SimurghChannel;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** A page behind a login, whose socket is on a port of its own. */
class SecuredApplicationTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableMethodSecurity
    @Import(Room.class)
    static class Application {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .formLogin(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("ann").password("{noop}a").roles("USER").build(),
                    User.withUsername("ada")
                            .password("{noop}a")
                            .roles("USER", "ADMIN")
                            .build());
        }

        @Bean
        RouterFunction<ServerResponse> csrf() {
            return RouterFunctions.route()
                    .GET(
                            "/csrf",
                            request -> ServerResponse.ok()
                                    .body(((CsrfToken) request.attribute(CsrfToken.class.getName())
                                                    .orElseThrow())
                                            .getToken()))
                    .build();
        }
    }

    @SimurghChannel("room:*")
    @Scope("prototype")
    static class Room {
        record Name(String name) {}

        private static String name() {
            return Objects.requireNonNull(SecurityContextHolder.getContext().getAuthentication())
                    .getName();
        }

        @Join
        Name join() {
            return new Name(name());
        }

        @HandleIn("clear")
        @PreAuthorize("hasRole('ADMIN')")
        Name clear() {
            return new Name(name());
        }
    }

    private static ConfigurableApplicationContext context;
    private static int webPort;
    private static int port;

    @BeforeAll
    static void start() {
        context = SpringApplication.run(
                Application.class, "--server.port=0", "--simurgh.server.port=0", "--spring.main.banner-mode=off");
        webPort = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        port = context.getEnvironment().getRequiredProperty("local.simurgh.port", Integer.class);
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    private static WebSocketClient join(String ticket) throws Exception {
        WebSocketClient client = WebSocketClient.connect(port, ticket, Map.of());
        client.send("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]");
        return client;
    }

    private static String joined(String user) {
        return "[\"1\",\"1\",\"room:1\",\"phx_reply\",{\"response\":{\"name\":\"" + user + "\"},\"status\":\"ok\"}]";
    }

    @Test
    void aPageConnectsWithATicketWhichIsGoodOnce() throws Exception {
        String ticket = new Browser(webPort).login("ann").ticket();
        WebSocketClient client = join(ticket);
        assertThat(client.next()).isEqualTo(joined("ann"));
        client.close();
        assertThat(WebSocketClient.status(port, ticket, Map.of())).isEqualTo(403);
    }

    @Test
    void aTicketIsForWhoIsLoggedInAndHasTheTokenAgainstForgery() throws Exception {
        assertThat(new Browser(webPort).post("/simurgh/ticket", "").statusCode())
                .isEqualTo(302); // to the login
        assertThat(new Browser(webPort).login("ann").post("/simurgh/ticket", "").statusCode())
                .isEqualTo(403);
    }

    @Test
    void aSessionThatWasPlantedBeforeTheLoginFetchesNoTicket() throws Exception {
        Browser attacker = new Browser(webPort);
        attacker.send(HttpRequest.newBuilder(), "/login");
        Browser victim = new Browser(webPort);
        URI site = URI.create("http://127.0.0.1:" + webPort);
        attacker.cookies
                .getCookieStore()
                .getCookies()
                .forEach(cookie -> victim.cookies.getCookieStore().add(site, cookie));
        assertThat(victim.login("ann").ticket()).startsWith("simurgh-ticket.");
        assertThat(attacker.send(HttpRequest.newBuilder(), "/csrf").statusCode())
                .isEqualTo(302);
    }

    @Test
    void aCookieOpensNothing() throws Exception {
        Browser ann = new Browser(webPort).login("ann");
        String cookie = ann.cookies.getCookieStore().getCookies().get(0).toString();
        assertThat(WebSocketClient.status(port, "", Map.of("Cookie", cookie))).isEqualTo(403);
        assertThat(WebSocketClient.status(port, "", Map.of())).isEqualTo(403);
    }

    @Test
    void anotherSitesPageIsRefusedAlsoWithATicket() throws Exception {
        String ticket = new Browser(webPort).login("ann").ticket();
        assertThat(WebSocketClient.status(port, ticket, Map.of("Origin", "https://evil.example")))
                .isEqualTo(403);
    }

    @Test
    void aNameAndAPasswordOpenAConnection() {
        String ann = Base64.getEncoder().encodeToString("ann:a".getBytes(StandardCharsets.UTF_8));
        String wrong = Base64.getEncoder().encodeToString("ann:b".getBytes(StandardCharsets.UTF_8));
        assertThat(WebSocketClient.status(port, "", Map.of("Authorization", "Basic " + ann)))
                .isEqualTo(101);
        assertThat(WebSocketClient.status(port, "", Map.of("Authorization", "Basic " + wrong)))
                .isEqualTo(403);
    }

    @Test
    void annotatedHandlersAskWhatTheirUserMayDo() throws Exception {
        WebSocketClient ann = join(new Browser(webPort).login("ann").ticket());
        WebSocketClient ada = join(new Browser(webPort).login("ada").ticket());
        assertThat(ann.next()).isEqualTo(joined("ann"));
        assertThat(ada.next()).isEqualTo(joined("ada"));
        String clear = "[\"1\",\"2\",\"room:1\",\"clear\",{}]";
        assertThat(ann.send(clear).next()).contains("\"status\":\"error\"", "{\"reason\":\"forbidden\"}");
        assertThat(ada.send(clear).next()).contains("\"status\":\"ok\"", "ada");
        assertThat(ann.send(clear).next()).contains("forbidden"); // it lives on
        ann.close();
        ada.close();
    }

    @Test
    void aLogOutEndsTheConnectionsOfItsUser() throws Exception {
        Browser browser = new Browser(webPort).login("ann");
        WebSocketClient ann = join(browser.ticket());
        WebSocketClient ada = join(new Browser(webPort).login("ada").ticket());
        assertThat(ann.next()).isEqualTo(joined("ann"));
        assertThat(ada.next()).isEqualTo(joined("ada"));
        browser.logout();
        assertThat(ann.next()).isEqualTo("closed 1001");
        assertThat(ada.send("[null,\"9\",\"phoenix\",\"heartbeat\",{}]").next()).contains("ok");
        context.getBean(UserSockets.class).disconnect("ada");
        assertThat(ada.next()).isEqualTo("closed 1001");
    }
}
