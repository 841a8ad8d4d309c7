package dev.simurgh.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** Long polling on the application's port, whose posts are left out of the protection against forgery, as the guide says. */
@Tag("one-boot")
class LongPollTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableMethodSecurity
    @Import(SecuredApplicationTest.Room.class)
    static class Application {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.csrf(csrf -> csrf.ignoringRequestMatchers("/socket/longpoll"))
                    .authorizeHttpRequests(requests -> requests.requestMatchers("/socket/**")
                            .permitAll()
                            .anyRequest()
                            .authenticated())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("ann").password("{noop}a").roles("USER").build());
        }
    }

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String ANN = "Basic YW5uOmE=";
    private static final String JOIN = "[\"1\",\"1\",\"room:1\",\"phx_join\",{}]";

    private static ConfigurableApplicationContext context;
    private static int port;

    @BeforeAll
    static void start() {
        context = SpringApplication.run(
                Application.class,
                "--server.port=0",
                "--simurgh.server.mode=application-port",
                "--simurgh.server.long-poll=true",
                "--spring.main.banner-mode=off");
        port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    private static String send(HttpRequest.Builder request, String token) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + "/socket/longpoll?vsn=2.0.0&token=" + token);
        HttpResponse<String> response = HTTP.send(request.uri(uri).build(), HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static HttpRequest.Builder ann() {
        return HttpRequest.newBuilder().header("Authorization", ANN);
    }

    private static HttpRequest.Builder post(HttpRequest.Builder request) {
        return request.header("Content-Type", "application/x-ndjson").POST(HttpRequest.BodyPublishers.ofString(JOIN));
    }

    private static String token() throws Exception {
        return send(ann(), "").replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void aSessionOfWhomTheChainKnowsIsPolledAndPostedToUntilItsUserIsSentAway() throws Exception {
        String token = token();
        assertThat(send(post(ann()), token)).contains("\"status\":200");
        assertThat(send(ann(), token)).contains("\"status\":200", "{\\\"name\\\":\\\"ann\\\"}");
        context.getBean(UserSockets.class).disconnect("ann");
        String next = send(ann(), token);
        if (next.contains("\"status\":204")) { // it waited already when the session ended
            next = send(ann(), token);
        }
        assertThat(next).contains("\"status\":410");
    }

    @Test
    void whoIsNotKnownGetsNoSession() throws Exception {
        assertThat(send(HttpRequest.newBuilder(), "")).doesNotContain("token");
        assertThat(send(HttpRequest.newBuilder().header("Authorization", "Basic YW5uOmI="), ""))
                .startsWith("401");
    }

    @Test
    void anotherSitesPagePostsNothingAlthoughTheBrowserSendsWhatItHas() throws Exception {
        String token = token();
        assertThat(send(post(ann().header("Origin", "https://evil.example")), token))
                .contains("\"status\":403");
        assertThat(send(post(ann().header("Origin", "https://evil.example")), ""))
                .doesNotContain("\"status\":200");
        assertThat(send(post(ann()), "")).doesNotContain("\"status\":200");
    }
}
