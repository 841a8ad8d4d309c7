package dev.simurgh.spring.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The same application, with its socket on the port of its pages: the session's cookie says who a client is. */
class SecuredApplicationPortTest {
    private static ConfigurableApplicationContext context;
    private static int port;

    @BeforeAll
    static void start() {
        context = SpringApplication.run(
                SecuredApplicationTest.Application.class,
                "--server.port=0",
                "--simurgh.server.mode=application-port",
                "--spring.main.banner-mode=off");
        port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    private static Map<String, String> cookie(Browser browser) {
        return Map.of("Cookie", browser.cookie(), "Origin", "http://127.0.0.1:" + port);
    }

    @Test
    void theCookieOfASessionSaysWhoAClientIsUntilTheLogOut() throws Exception {
        Browser browser = new Browser(port).login("ann");
        Map<String, String> headers = cookie(browser);
        WebSocketClient ann = WebSocketClient.connect(port, "", headers);
        ann.send("[\"1\",\"1\",\"room:1\",\"phx_join\",{}]");
        assertThat(ann.next()).contains("\"status\":\"ok\"", "{\"name\":\"ann\"}");
        browser.logout();
        assertThat(ann.next()).isIn("closed 1001", "closed 1008"); // which is the container's own, if it comes first
        assertThat(WebSocketClient.status(port, "", headers)).isEqualTo(302);
    }

    @Test
    void anotherSitesPageIsRefusedAlthoughTheBrowserSendsTheCookie() throws Exception {
        Browser browser = new Browser(port).login("ann");
        Map<String, String> forged = Map.of("Cookie", browser.cookie(), "Origin", "https://evil.example");
        assertThat(WebSocketClient.status(port, "", forged)).isEqualTo(403);
        assertThat(WebSocketClient.status(port, "", cookie(browser))).isEqualTo(101);
    }

    @Test
    void whoIsNotLoggedInIsSentToTheLogin() throws Exception {
        Browser nobody = new Browser(port);
        nobody.send(HttpRequest.newBuilder(), "/login");
        assertThat(WebSocketClient.status(port, "", cookie(nobody))).isEqualTo(302);
    }
}
