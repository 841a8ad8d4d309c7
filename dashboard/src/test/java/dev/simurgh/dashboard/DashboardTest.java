package dev.simurgh.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.simurgh.channel.ChannelSpec;
import dev.simurgh.channel.Endpoint;
import dev.simurgh.channel.Result;
import dev.simurgh.channel.SocketSpec;
import dev.simurgh.server.Server;
import dev.simurgh.testkit.VirtualClock;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.OriginPolicy;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The dashboard of one node, over HTTP and its socket. */
class DashboardTest {
    private static final Tokens TOKENS = Tokens.of("a secret of the test, long enough to be one");
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("ops:correct horse".getBytes(StandardCharsets.UTF_8));

    private final VirtualClock clock = VirtualClock.create();
    private final Dashboard dashboard =
            Dashboard.builder(TOKENS, DashboardAccess.loopback()).build();
    private final Endpoint endpoint = dashboard
            .addTo(Endpoint.builder().nodeName("here@127.0.0.1").timers(clock))
            .socket(
                    "/socket",
                    SocketSpec.builder()
                            .channel(
                                    "room:*",
                                    ChannelSpec.<DashboardTest>builder(() -> this)
                                            .handleIn(
                                                    "say",
                                                    Map.class,
                                                    (test, said, socket) -> Result.ok(Map.of("heard", said)))
                                            .build())
                            .build())
            .build();
    private final Server server = dashboard
            .addTo(Server.builder(endpoint).host("127.0.0.1").port(0).eventLoops(1))
            .start();

    @AfterEach
    void stop() {
        server.close();
        endpoint.close();
    }

    private PageClient joined() {
        PageClient page = PageClient.connect(server.port(), PageClient.token(server.port()));
        assertThat(page.join().get("status").asText()).isEqualTo("ok");
        return page;
    }

    @Test
    void thePageIsServedBelowItsPathWithHeadersThatLetNothingElseIn() {
        HttpResponse<String> redirect = PageClient.get(server.port(), "/dashboard");
        HttpResponse<String> page = PageClient.get(server.port(), "/dashboard/");
        HttpResponse<String> script = PageClient.get(server.port(), "/dashboard/app.js");

        assertThat(redirect.statusCode()).isEqualTo(302);
        assertThat(redirect.headers().firstValue("location"))
                .as("relative, so that it is right behind a proxy that adds a prefix")
                .contains("dashboard/");
        assertThat(URI.create("https://proxy.example/ops/dashboard").resolve("dashboard/"))
                .hasPath("/ops/dashboard/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(page.body()).doesNotContain("href=\"/", "src=\"/", "http://", "https://");
        assertThat(script.headers().firstValue("content-type")).contains("text/javascript; charset=utf-8");
        for (HttpResponse<String> each : List.of(redirect, page, script)) {
            assertThat(each.headers().firstValue("content-security-policy").orElse(""))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(each.headers().firstValue("x-content-type-options")).contains("nosniff");
            assertThat(each.headers().firstValue("x-frame-options")).contains("DENY");
            assertThat(each.headers().firstValue("referrer-policy")).contains("no-referrer");
        }
        String tag = script.headers().firstValue("etag").orElse("");
        assertThat(PageClient.get(server.port(), "/dashboard/app.js", "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void nothingButTheFilesOfThePageIsServed() {
        for (String name : List.of(
                "..",
                "%2e%2e%2fDashboard.class",
                "Dashboard.class",
                ".hidden",
                "pages/..%2fapp.js",
                "nothing.js",
                "a/b.js")) {
            assertThat(PageClient.get(server.port(), "/dashboard/" + name).statusCode())
                    .as(name)
                    .isIn(404, 302);
        }
    }

    @Test
    void aTokenIsForThePageOnly() {
        HttpResponse<String> own = PageClient.get(server.port(), "/dashboard/token", "Sec-Fetch-Site", "same-origin");
        HttpResponse<String> other = PageClient.get(server.port(), "/dashboard/token", "Sec-Fetch-Site", "cross-site");

        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(own.headers().firstValue("cache-control")).contains("no-store");
        assertThat(own.headers().firstValue("access-control-allow-origin")).isEmpty();
        assertThat(PageClient.json(own.body()).get("renew_in_s").asLong()).isLessThan(PageTokens.MAX_AGE_SECONDS);
        assertThat(other.statusCode()).isEqualTo(403);
        assertThat(other.body()).doesNotContain("token\":");
    }

    @Test
    void whoAsksForAnotherHostOrByAProxyIsNotOnThisMachine() {
        for (String[] header :
                new String[][] {{"X-Forwarded-For", "127.0.0.1"}, {"Forwarded", "for=127.0.0.1"}, {"Via", "1.1 proxy"}
                }) {
            assertThat(PageClient.get(server.port(), "/dashboard/", header).statusCode())
                    .isEqualTo(403);
            assertThat(PageClient.get(server.port(), "/dashboard/token", header).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void aViewerIsShownWhatItLooksAt() {
        try (PageClient page = PageClient.connect(server.port(), PageClient.token(server.port()))) {
            JsonNode welcome = page.join().get("response");
            assertThat(welcome.get("node").asText()).isEqualTo("here@127.0.0.1");
            assertThat(welcome.get("may_act").asBoolean()).isTrue();
            assertThat(welcome.get("nodes").toString()).isEqualTo("[\"here@127.0.0.1\"]");

            assertThat(page.push("look", "{\"page\":\"overview\",\"seq\":7}")
                            .get("status")
                            .asText())
                    .isEqualTo("ok");
            JsonNode view = page.await("view");
            assertThat(view.get("page").asText()).isEqualTo("overview");
            assertThat(view.get("seq").asLong()).isEqualTo(7);
            assertThat(view.get("silent").size()).isZero();
            assertThat(view.get("data").get("nodes").get(0).get("name").asText())
                    .isEqualTo("here@127.0.0.1");
            assertThat(view.get("data").get("nodes").get(0).get("connections").asLong())
                    .isEqualTo(1);
            assertThat(page.await("history").get("here@127.0.0.1").get("step_s").asLong())
                    .isEqualTo(5);
            await().atMost(Duration.ofSeconds(20)).until(() -> clock.waiting() > 1);
            clock.advance(Duration.ofSeconds(1));
            page.await("view"); // by itself, a second later

            page.push("look", "{\"page\":\"connections\",\"seq\":8,\"node\":\"here@127.0.0.1\"}");
            JsonNode rows = page.await("view", frame -> frame.get(4).get("seq").asLong() == 8)
                    .get("data")
                    .get("rows");
            assertThat(rows.size()).isEqualTo(1);
            assertThat(rows.get(0).get("mount").asText()).isEqualTo("/dashboard/socket");
        }
    }

    @Test
    void whatIsWrongWithALookIsSaid() {
        try (PageClient page = joined()) {
            assertThat(page.push("look", "{\"page\":\"secrets\"}")
                            .get("response")
                            .get("reason")
                            .asText())
                    .startsWith("page: secrets (expected: one of [channels, connection,");
            assertThat(page.push("look", "{\"page\":\"topics\",\"limit\":101}")
                            .get("response")
                            .get("reason")
                            .asText())
                    .isEqualTo("limit: 101 (expected: 1 to 100)");
            assertThat(page.push("look", "{\"page\":\"topics\",\"offset\":10001}")
                            .get("response")
                            .get("reason")
                            .asText())
                    .isEqualTo("offset: 10001 (expected: 0 to 10000)");
            assertThat(page.push("look", "{\"page\":\"topics\",\"node\":\"x\"}")
                            .get("response")
                            .get("reason")
                            .asText())
                    .isEqualTo("node: x (expected: one of [here@127.0.0.1])");
            assertThat(page.push("look", "{\"page\":\"topics\",\"sort\":\"a b\"}")
                            .get("response")
                            .get("reason")
                            .asText())
                    .isEqualTo("sort: a b (expected: the name of a column)");
        }
    }

    @Test
    void withoutAGoodTokenNobodyConnects() {
        String old = new PageTokens(TOKENS.at(Instant.now().minusSeconds(PageTokens.MAX_AGE_SECONDS + 10)))
                .sign(new Viewer("ann", true));
        String foreign =
                Tokens.of("another secret, which is as long as that").sign("simurgh dashboard", List.of("ann", true));
        for (String token : List.of("", "nonsense", old, foreign)) {
            assertThatThrownBy(() -> PageClient.connect(server.port(), token))
                    .as(token)
                    .hasMessageContaining("WebSocketHandshakeException");
        }
        String good = PageClient.token(server.port());
        assertThatThrownBy(() -> PageClient.connect(server.port(), good, "http://evil.example"))
                .hasMessageContaining("WebSocketHandshakeException");
    }

    @Test
    void aViewerMayNotAct() {
        String token = new PageTokens(TOKENS).sign(new Viewer("ann", false));
        try (PageClient page = PageClient.connect(server.port(), token)) {
            assertThat(page.join().get("response").get("may_act").asBoolean()).isFalse();
            assertThat(page.push("cut", "{\"id\":\"1\"}").toString())
                    .isEqualTo("{\"response\":{\"reason\":\"unauthorized\"},\"status\":\"error\"}");
            assertThat(page.push("disconnect", "{\"name\":\"x\"}").toString())
                    .isEqualTo("{\"response\":{\"reason\":\"unauthorized\"},\"status\":\"error\"}");
        }
    }

    @Test
    void anOperatorCutsAConnection() {
        try (PageClient page = joined();
                PageClient other = joined()) {
            other.push("look", "{\"page\":\"overview\"}");
            page.push("look", "{\"page\":\"connections\",\"seq\":1,\"sort\":\"id\",\"desc\":true}");
            String last =
                    page.await("view").get("data").get("rows").get(0).get("id").asText();
            assertThat(page.push("cut", "{\"id\":\"" + last + "\"}")
                            .get("status")
                            .asText())
                    .isEqualTo("ok");
            await().atMost(Duration.ofSeconds(20)).until(() -> endpoint.connectionCount() == 1);
            assertThat(page.push("cut", "{\"id\":\"" + last + "\"}")
                            .get("response")
                            .get("reason")
                            .asText())
                    .isEqualTo("connection: gone already");
        }
    }

    @Test
    void theTwentyFirstViewerIsToldSo() {
        String token = PageClient.token(server.port());
        List<PageClient> pages = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                pages.add(joined());
            }
            try (PageClient one = PageClient.connect(server.port(), token)) {
                assertThat(one.join().get("response").get("reason").asText())
                        .isEqualTo("viewers: 20 already (expected: fewer; close another page)");
            }
        } finally {
            pages.forEach(PageClient::close);
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> dashboard.held() == 0);
    }

    @Test
    void whoDoesNotRenewItsTokenSeesNothingMore() {
        String token = PageClient.token(server.port());
        Duration most = Duration.ofSeconds(PageTokens.MAX_AGE_SECONDS);
        try (PageClient page = joined()) {
            clock.advance(most.minusSeconds(1));
            assertThat(page.push("renew", "{\"token\":\"nonsense\"}")
                            .get("status")
                            .asText())
                    .isEqualTo("error");
            assertThat(page.push("renew", "{\"token\":\"" + token + "\"}")
                            .get("status")
                            .asText())
                    .isEqualTo("ok");
            clock.advance(most.minusSeconds(1));
            assertThat(page.push("look", "{\"page\":\"overview\"}")
                            .get("status")
                            .asText())
                    .isEqualTo("ok");

            clock.advance(Duration.ofSeconds(1));
            page.await("phx_close");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> dashboard.viewers().size() == 0);
            assertThat(page.join().toString())
                    .isEqualTo("{\"response\":{\"reason\":\"unauthorized\"},\"status\":\"error\"}");
            assertThat(page.push("phx_join", "{\"token\":\"" + token + "\"}")
                            .get("status")
                            .asText())
                    .isEqualTo("ok");
        }
    }

    @Test
    void anOldTokenIsGoodForWhatIsLeftOfIt() {
        long aMinuteAgo = System.currentTimeMillis() - 60_000;
        PageTokens tokens = new PageTokens(TOKENS);
        String old = tokens.sign(new Viewer("ann", true), aMinuteAgo);
        try (PageClient page = PageClient.connect(server.port(), old)) {
            page.join();
            assertThat(page.push("renew", "{\"token\":\"" + old + "\"}")
                            .get("status")
                            .asText())
                    .isEqualTo("ok");
            clock.advance(Duration.ofSeconds(61));
            page.await("phx_close");
            assertThat(page.join().get("status").asText()).isEqualTo("error");
        }
    }

    @Test
    void aLookWithoutANumberIsNotAnsweredWithThatOfAnother() {
        try (PageClient one = joined();
                PageClient other = joined()) {
            one.push("look", "{\"page\":\"loops\",\"seq\":7}");
            one.await("view");
            other.push("look", "{\"page\":\"loops\"}");
            other.await("view");
            one.push("look", "{\"page\":\"limits\",\"seq\":8}");
            one.await("view", frame -> frame.get(4).get("seq").asLong() == 8);
            other.push("look", "{\"page\":\"limits\"}");
            assertThat(other.await(
                                    "view",
                                    frame -> frame.get(4).get("page").asText().equals("limits"))
                            .has("seq"))
                    .isFalse();
        }
    }

    @Test
    void rightsThatWereTakenAwayAreGoneWithTheNextToken() {
        String less = new PageTokens(TOKENS).sign(new Viewer("local", false));
        try (PageClient page = joined()) {
            assertThat(page.push("renew", "{\"token\":\"" + less + "\"}")
                            .get("status")
                            .asText())
                    .isEqualTo("ok");
            assertThat(page.push("disconnect", "{\"name\":\"x\"}")
                            .get("response")
                            .get("reason")
                            .asText())
                    .isEqualTo("unauthorized");
        }
    }

    @Test
    void whatIsDoneIsWrittenDownInOneLineEach() {
        Logger audit = (Logger) LoggerFactory.getLogger("dev.simurgh.dashboard.audit");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        audit.addAppender(lines);
        String ann = new PageTokens(TOKENS).sign(new Viewer("ann\nbob", false));
        try (PageClient page = PageClient.connect(server.port(), ann)) {
            page.join();
            page.push("tap", "{\"topic\":\"room\\n:1\"}");
            page.push("cut", "{\"id\":\"12\"}");
            page.push("disconnect", "{\"name\":\"user:7\"}");
        } finally {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> dashboard.viewers().size() == 0);
            audit.detachAppender(lines);
        }
        assertThat(lines.list.stream().map(line -> line.getLevel() + " " + line.getFormattedMessage()))
                .startsWith(
                        "INFO ann?bob (127.0.0.1) looks at here@127.0.0.1",
                        "INFO ann?bob (127.0.0.1) taps room?:1",
                        "WARN ann?bob (127.0.0.1) was refused: cut connection 12 of here@127.0.0.1",
                        "WARN ann?bob (127.0.0.1) was refused: disconnect user:7");
    }

    @Test
    void itMayBeElsewhereAndAskForAPassword() {
        Dashboard other = Dashboard.builder(TOKENS, DashboardAccess.basic("ops", "correct horse"))
                .path("/admin/nodes")
                .build();
        try (Endpoint nodes = other.addTo(Endpoint.builder()).build();
                Server elsewhere = other.addTo(
                                Server.builder(nodes).host("127.0.0.1").port(0).eventLoops(1))
                        .start()) {
            int port = elsewhere.port();
            HttpResponse<String> asked = PageClient.get(port, "/admin/nodes/");
            assertThat(asked.statusCode()).isEqualTo(401);
            assertThat(asked.headers().firstValue("www-authenticate")).isPresent();
            assertThat(asked.headers().firstValue("content-security-policy")).isPresent();
            for (String target :
                    List.of("/admin/nodes", "/admin/nodes/token", "/admin/nodes/app.js", "/admin/nodes/lib/x.js")) {
                assertThat(PageClient.get(port, target).statusCode()).as(target).isEqualTo(401);
                assertThat(PageClient.get(port, target, "Authorization", BASIC).statusCode())
                        .as(target)
                        .isNotEqualTo(401);
            }
            assertThat(PageClient.get(port, "/dashboard/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void anAuthorizerMayAnswerItselfAndWhatItThrowsLetsNobodyIn() {
        Dashboard other = Dashboard.builder(TOKENS, request -> {
                    if (request.param("throw").isPresent()) {
                        throw new IllegalStateException("test");
                    }
                    return DashboardAccess.refused(HttpHandler.Response.of(302).withHeader("Location", "/login"));
                })
                .build();
        try (Endpoint nodes = other.addTo(Endpoint.builder()).build();
                Server elsewhere = other.addTo(
                                Server.builder(nodes).host("127.0.0.1").port(0).eventLoops(1))
                        .start()) {
            HttpResponse<String> login = PageClient.get(elsewhere.port(), "/dashboard/token");
            assertThat(login.statusCode()).isEqualTo(302);
            assertThat(login.headers().firstValue("location")).contains("/login");
            assertThat(PageClient.get(elsewhere.port(), "/dashboard/token?throw=1")
                            .statusCode())
                    .isEqualTo(500);
        }
    }

    @Test
    void itIsRefusedWhatMakesNoSense() {
        Dashboard.Builder builder = Dashboard.builder(TOKENS, DashboardAccess.loopback());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.path("/"))
                .withMessage("path: / (expected: such as /dashboard, or /admin/dashboard)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxViewers(0))
                .withMessage("maxViewers: 0 (expected: 1 to 1000)");
        builder.checkOrigin(OriginPolicy.any()).path("/a/b");
    }
}
