package dev.simurgh.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.simurgh.channel.ConnectInfo;
import dev.simurgh.channel.ConnectRequest;
import dev.simurgh.channel.Limits;
import dev.simurgh.server.RawClient;
import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.token.Tokens;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.LongPollOptions;
import dev.simurgh.transport.ServerLimits;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Requests that stay requests, and what an application has around them. */
class RequestsTest {
    private static final String POLL = "/socket/longpoll?vsn=2.0.0";
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    private static final Tokens SECRET = Tokens.of("a secret of more than twenty bytes");
    /** A client that is not heard of for so short a time is gone. */
    private static final LongPollOptions POLLING =
            LongPollOptions.builder(SECRET).window(Duration.ofSeconds(1)).build();

    private static String token(Answer answer) {
        Matcher token = TOKEN.matcher(answer.body());
        assertThat(token.find()).as(answer.body()).isTrue();
        return token.group(1);
    }

    private static Answer post(RawClient client, String target, String type, String body) {
        return client.request("POST " + target + " HTTP/1.1\r\nHost: localhost:4000\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("container")
    void aClientJoinsOverLongPolling(WebContainer.Kind kind) {
        LongPollOptions patient = LongPollOptions.of(SECRET);
        try (Rig rig = new Rig(
                        kind,
                        Limits.defaults(),
                        options -> options.longPoll(patient),
                        (container, endpoint) -> container.add(
                                "/brief",
                                (classes, context) -> SimurghServlet.builder(endpoint)
                                        .longPoll(POLLING)
                                        .build()
                                        .register(context)));
                RawClient client = rig.client();
                RawClient poster = rig.client()) {
            Answer opened = client.get(POLL);
            assertThat(opened.status()).isEqualTo(200);
            assertThat(opened.headers()).containsEntry("access-control-allow-origin", "*");
            String target = POLL + "&token=" + token(opened);
            assertThat(post(poster, target, "application/x-ndjson", "[\"1\",\"1\",\"load:a\",\"phx_join\",{}]")
                            .body())
                    .contains("\"status\":200");
            assertThat(client.get(target).body()).contains("phx_reply");

            String long1 = "x".repeat(600_000);
            post(poster, target, "application/x-ndjson", "[\"1\",\"2\",\"load:a\",\"echo\",{\"s\":\"" + long1 + "\"}]");
            assertThat(client.get(target).body()).contains(long1);

            String brief = "/brief" + POLL;
            assertThat(client.get(brief + "&token=" + token(client.get(brief))).body())
                    .contains("\"status\":204");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsTooLongOrDoesNotComeIsRefused(WebContainer.Kind kind) {
        Limits limits = Limits.builder().maxMessageBytes(1_000).build();
        ServerLimits impatient =
                ServerLimits.builder().handshakeTimeout(Duration.ofMillis(300)).build();
        try (Rig rig =
                new Rig(kind, limits, options -> options.longPoll(POLLING).limits(impatient))) {
            try (RawClient client = rig.client()) {
                assertThat(post(client, POLL, "application/x-ndjson", "x".repeat(2_000))
                                .status())
                        .isEqualTo(413);
            }
            try (RawClient client = rig.client()) { // without a length
                String chunk = "7d0\r\n" + "x".repeat(2_000) + "\r\n0\r\n\r\n";
                Answer answer = client.request("POST " + POLL
                        + " HTTP/1.1\r\nHost: localhost:4000\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk);
                assertThat(answer.status()).isEqualTo(413);
            }
            try (RawClient client = rig.client()) {
                Answer answer = client.request(
                        "POST " + POLL + " HTTP/1.1\r\nHost: localhost:4000\r\nContent-Length: 100\r\n\r\nxx");
                assertThat(answer.status()).isEqualTo(408);
                assertThat(answer.headers()).containsEntry("access-control-allow-origin", "*");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anApplicationsHandlersAnswer(WebContainer.Kind kind) {
        HttpHandler hello = request -> CompletableFuture.completedFuture(
                Response.text("hello " + request.param("name").orElse("") + ", " + request.body().length));
        HttpHandler wrong = request -> {
            throw new IllegalStateException("as it was told to");
        };
        try (Rig rig = new Rig(
                kind,
                Limits.defaults(),
                options -> options.handler("/hello/:name", hello).handler("/wrong", wrong))) {
            try (RawClient client = rig.client()) {
                assertThat(client.get("/hello/ada%20l").body()).isEqualTo("hello ada l, 0");
                assertThat(post(client, "/hello/bob", "text/plain", "12345").body())
                        .isEqualTo("hello bob, 5");
                Answer head = client.request("HEAD", "/hello/ada");
                assertThat(head.headers()).containsEntry("content-length", "12");
            }
            try (RawClient client = rig.client()) {
                assertThat(client.get("/wrong").status()).isEqualTo(500);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aQueryThatIsNoneOfAUriIsTheClientsMistake(WebContainer.Kind kind) {
        try (Rig rig = new Rig(kind, Limits.defaults(), options -> options);
                RawClient client = rig.client()) {
            Answer answer = client.request(
                    "GET " + Rig.TARGET + "&x=%ZZ HTTP/1.1\r\nHost: localhost:4000\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(answer.status()).isEqualTo(400);
        }
    }

    /** Says that everybody is Ada, as a container's or Spring's security would. */
    private static final class Security extends HttpFilter {
        private static final long serialVersionUID = 1;

        @Override
        protected void doFilter(
                HttpServletRequest request,
                jakarta.servlet.http.HttpServletResponse response,
                jakarta.servlet.FilterChain chain)
                throws java.io.IOException, jakarta.servlet.ServletException {
            chain.doFilter(
                    new HttpServletRequestWrapper(request) {
                        @Override
                        public Principal getUserPrincipal() {
                            return () -> "ada";
                        }
                    },
                    response);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("container")
    void twoApplicationsInOneContainerHaveTheirOwnPathsAndUsers(WebContainer.Kind kind) {
        List<SimurghServlet> second = new ArrayList<>();
        try (Rig rig = new Rig(
                kind,
                Limits.defaults(),
                options -> options,
                (container, endpoint) -> container.add("/app", (classes, context) -> {
                    FilterRegistration.Dynamic security = context.addFilter("security", new Security());
                    security.setAsyncSupported(true);
                    security.addMappingForUrlPatterns(
                            EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
                    SimurghServlet servlet = SimurghServlet.builder(endpoint).build();
                    servlet.register(context);
                    second.add(servlet);
                }))) {
            assertThat(connect(rig, "/info/acme/websocket?vsn=2.0.0").principal())
                    .isEmpty();
            ConnectInfo info = connect(rig, "/app/info/acme/websocket?vsn=2.0.0");
            assertThat(info.principal().orElseThrow().getName()).isEqualTo("ada");
            assertThat(info.peer().orElseThrow().getPort()).isPositive();
            assertThat(info.uri().toString()).isEqualTo("http://localhost:4000/info/acme/websocket?vsn=2.0.0");

            second.get(0).close();
            try (RawClient client = rig.joined()) { // nobody else is hurt
                assertThat(client.text(Rig.HEARTBEAT).read().text()).contains("ok");
            }
            try (RawClient client = rig.client()) {
                assertThat(client.upgrade("/app/info/acme/websocket").status()).isEqualTo(503);
            }
        }
    }

    private static ConnectInfo connect(Rig rig, String target) {
        try (RawClient client = RawClient.webSocket(rig.container.port(), target)) {
            assertThat(client.text(Rig.HEARTBEAT).read().text()).contains("ok");
            ConnectRequest request = rig.asked.remove();
            assertThat(request.param("org")).contains("acme");
            return request.info();
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutWebSocketInTheContainerTheLogNamesTheRemedy(WebContainer.Kind kind) {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Upgrade.class);
        logged.start();
        logger.addAppender(logged);
        try (Rig rig = new Rig(kind)) {
            rig.contexts.forEach(context -> context.removeAttribute("jakarta.websocket.server.ServerContainer"));
            try (RawClient client = rig.client()) {
                assertThat(client.upgrade(Rig.TARGET).status()).isEqualTo(500);
            }
            await().untilAsserted(
                            () -> assertThat(rig.endpoint.connectionCount()).isZero());
            assertThat(logged.list.get(0).getFormattedMessage())
                    .isEqualTo(
                            "no client can have a WebSocket: the servlet context has no jakarta.websocket.server.ServerContainer"
                                    + " (expected: the container's Jakarta WebSocket, such as tomcat-embed-websocket or"
                                    + " jetty-ee10-websocket-jakarta-server, set up for this context)");
        } finally {
            logger.detachAppender(logged);
        }
    }

    /** Has requests as a container with HTTP/2 hands them out: the host is known, but there is no such header. */
    private static final class AsOverHttp2 extends HttpFilter {
        private static final long serialVersionUID = 1;

        @Override
        protected void doFilter(
                HttpServletRequest request,
                jakarta.servlet.http.HttpServletResponse response,
                jakarta.servlet.FilterChain chain)
                throws java.io.IOException, jakarta.servlet.ServletException {
            chain.doFilter(
                    new HttpServletRequestWrapper(request) {
                        @Override
                        public String getProtocol() {
                            return "HTTP/2.0";
                        }

                        @Override
                        @SuppressWarnings("NullAway") // as the API has it for a header that is not there
                        public String getHeader(String name) {
                            return name.equalsIgnoreCase("host") ? null : super.getHeader(name);
                        }

                        @Override
                        public Enumeration<String> getHeaderNames() {
                            List<String> names = Collections.list(super.getHeaderNames());
                            names.removeIf(name -> name.equalsIgnoreCase("host"));
                            return Collections.enumeration(names);
                        }
                    },
                    response);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPageOfTheSameHostMayPollOverHttp2(WebContainer.Kind kind) {
        try (Rig rig = new Rig(
                kind,
                Limits.defaults(),
                options -> options,
                (container, endpoint) -> container.add("/app", (classes, context) -> {
                    FilterRegistration.Dynamic filter = context.addFilter("http2", new AsOverHttp2());
                    filter.setAsyncSupported(true);
                    filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
                    SimurghServlet.builder(endpoint).longPoll(POLLING).build().register(context);
                }))) {
            assertThat(polled(rig, "http://localhost:4000").body()).contains("\"status\":410");
            assertThat(polled(rig, "http://evil.example").body()).contains("\"status\":403");
        }
    }

    private static Answer polled(Rig rig, String origin) {
        try (RawClient client = rig.client()) {
            return client.get("/app" + POLL, "Origin: " + origin);
        }
    }
}
