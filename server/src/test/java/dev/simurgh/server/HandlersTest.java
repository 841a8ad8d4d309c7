package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.simurgh.server.RawClient.Answer;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.HttpHandler.Request;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.ServerLimits;
import dev.simurgh.transport.TrustedProxies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that an application answers itself. */
class HandlersTest {
    private final Queue<Request> asked = new ConcurrentLinkedQueue<>();
    private final HttpHandler remember = HttpHandler.of(request -> {
        asked.add(request);
        return Response.text("answered");
    });
    private @Nullable TestServer started;

    private RawClient start(UnaryOperator<ServerBuilder> options) {
        TestServer test = TestServer.start(options);
        started = test;
        return test.client();
    }

    private TestServer test() {
        if (started == null) {
            throw new AssertionError("not started");
        }
        return started;
    }

    @AfterEach
    void stop() {
        test().close();
    }

    private static void say(RawClient client, String text) {
        client.send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aHandlerSeesAllOfARequest() {
        try (RawClient client = start(server -> server.handler("/orders/:id/lines", remember))) {
            Answer answer = client.request("PUT /orders/4%202/lines?id=x&sort=a+b&tag[]=1 HTTP/1.1\r\nHost: here\r\n"
                    + "X-One: 1\r\nx-one: 2\r\nCookie: a=1; b=\"2\"\r\nContent-Length: 5\r\n\r\nh\u00e9llo");

            assertThat(answer.body()).isEqualTo("answered");
            Request request = asked.remove();
            assertThat(request.method()).isEqualTo("PUT");
            assertThat(request.path()).isEqualTo("/orders/4%202/lines");
            assertThat(request.rawQuery()).isEqualTo("id=x&sort=a+b&tag[]=1");
            assertThat(request.param("id")).as("that of the path").contains("4 2");
            assertThat(request.param("sort")).contains("a b");
            assertThat(request.nested()).containsKey("tag");
            assertThat(request.headers().get("X-ONE")).containsExactly("1", "2");
            assertThat(request.header("x-One")).contains("1, 2");
            assertThat(request.cookies()).containsEntry("a", "1").containsEntry("b", "2");
            assertThat(request.body()).isEqualTo("h\u00e9llo".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(request).hasToString("PUT /orders/4%202/lines");
        }
    }

    @Test
    void aHandlerSeesWhereARequestComesFrom() {
        try (RawClient client = start(server -> server.handler("/", remember))) {
            client.request("GET", "/", "X-Forwarded-For: 10.1.2.3");
            assertThat(asked.remove().peer().orElseThrow().getAddress().isLoopbackAddress())
                    .as("nobody is trusted to say otherwise")
                    .isTrue();
        }
    }

    @Test
    void behindATrustedProxyThatIsTheProxysClient() {
        try (RawClient client = start(server ->
                server.trustedProxies(TrustedProxies.xForwarded("127.0.0.0/8")).handler("/", remember))) {
            client.request("GET", "/", "X-Forwarded-For: 10.1.2.3");
            assertThat(asked.remove().peer().orElseThrow().getHostString()).isEqualTo("10.1.2.3");
        }
    }

    @Test
    void aHandlerWithoutAMethodHasThemAll() {
        try (RawClient client = start(server -> server.handler("/all", remember))) {
            for (String method : new String[] {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"}) {
                assertThat(client.request(method, "/all", "Content-Length: 0").status())
                        .isEqualTo(200);
                assertThat(asked.remove().method()).isEqualTo(method);
            }
        }
    }

    @Test
    void aMethodHasAHandlerOfItsOwn() {
        HttpHandler create = HttpHandler.of(request -> Response.of(201));
        try (RawClient client = start(server -> server.handler("GET", "/things", remember)
                .handler("POST", "/things", create)
                .handler("DELETE", "/things/", remember))) {
            assertThat(client.get("/things").status()).isEqualTo(200);
            assertThat(client.request("POST", "/things", "Content-Length: 0").status())
                    .isEqualTo(201);
            assertThat(client.request("DELETE", "/things").status()).isEqualTo(200);

            Answer put = client.request("PUT", "/things", "Content-Length: 0");
            assertThat(put.status()).isEqualTo(405);
            assertThat(put.headers()).containsEntry("allow", "DELETE, GET, HEAD, OPTIONS, POST");
            Answer options = client.request("OPTIONS", "/things");
            assertThat(options.status()).isEqualTo(204);
            assertThat(options.headers())
                    .containsEntry("allow", "DELETE, GET, HEAD, OPTIONS, POST")
                    .doesNotContainKey("content-length");
        }
    }

    @Test
    void whoAnswersGetAnswersHead() {
        try (RawClient client = start(server -> server.handler("GET", "/page", remember))) {
            Answer head = client.request("HEAD", "/page");
            assertThat(head.headers()).containsEntry("content-length", "8");
            assertThat(asked.remove().method()).isEqualTo("HEAD");
            assertThat(client.get("/page").body()).as("nothing in between").isEqualTo("answered");
        }
    }

    @Test
    void anAnswerMayHaveAHeaderTwiceAndNoBody() {
        HttpHandler login = HttpHandler.of(request -> Response.builder()
                .status(303)
                .header("Location", "/")
                .header("Set-Cookie", "a=1")
                .header("Set-Cookie", "b=2")
                .header("Cache-Control", "private")
                .build());
        try (RawClient client =
                start(server -> server.handler("/login", login).handler("/gone", r -> later(Response.of(204))))) {
            say(client, "POST /login HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n");
            Answer answer = client.answer(false);
            assertThat(answer.status()).isEqualTo(303);
            assertThat(answer.headers())
                    .containsEntry("set-cookie", "b=2")
                    .containsEntry("location", "/")
                    .containsEntry("cache-control", "private")
                    .containsEntry("content-length", "0");
            assertThat(answer.lines("set-cookie")).containsExactly("a=1", "b=2");
            assertThat(client.get("/gone").headers()).doesNotContainKey("content-length");
            assertThat(client.get("/health").status()).isEqualTo(200);
        }
    }

    private static CompletableFuture<Response> later(Response response) {
        return CompletableFuture.supplyAsync(() -> response);
    }

    @Test
    void whoAsksBeforeItSendsItsBodyIsToldToGoOn() {
        try (RawClient client = start(server -> server.handler("/take", remember))) {
            say(client, "POST /take HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.answer(false).status()).isEqualTo(100);
            assertThat(asked).isEmpty();
            say(client, "hello");
            assertThat(client.answer(false).body()).isEqualTo("answered");
            assertThat(asked.remove().text()).isEqualTo("hello");
            assertThat(client.get("/health").status()).isEqualTo(200);
        }
    }

    @Test
    void whoAsksIsToldIfItsBodyIsTooLong() {
        try (RawClient client = start(server -> server.handler("/take", remember)
                .limits(ServerLimits.builder().maxBodyBytes(1000).build()))) {
            say(client, "POST /take HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
            assertThat(client.answer(false).status()).isEqualTo(413);
            assertThat(client.ended()).isTrue();
            assertThat(test().server.stats().refused()).isEqualTo(1);
        }
    }

    @Test
    void aBodyInACodingThatIsNotUndoneIsRefused() {
        try (RawClient client = start(server -> server.handler("/take", remember))) {
            say(client, "POST /take HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
            Answer answer = client.answer(false);
            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.body()).isEqualTo("Not Implemented: header Transfer-Encoding (expected: chunked)");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void whatHasNotChangedHasNoLength() {
        HttpHandler same = HttpHandler.of(request -> Response.of(304).withHeader("ETag", "\"1\""));
        try (RawClient client = start(server -> server.handler("/same", same))) {
            assertThat(client.get("/same").headers())
                    .containsEntry("etag", "\"1\"")
                    .doesNotContainKey("content-length");
            assertThat(client.get("/health").status()).isEqualTo(200);
        }
    }

    @Test
    void anotherExpectationIsNotMet() {
        try (RawClient client = start(server -> server.handler("/take", remember))) {
            assertThat(client.get("/take", "Expect: wonders").status()).isEqualTo(417);
        }
    }

    @Test
    void aBodyOverTheBoundIsRefusedHoweverItComes() {
        try (RawClient client = start(server -> server.handler("/take", remember)
                .limits(ServerLimits.builder().maxBodyBytes(1000).build()))) {
            assertThat(client.request("POST", "/take", "Content-Length: 1000", "", "x".repeat(1000))
                            .status())
                    .isEqualTo(200);
            say(client, "POST /take HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 11; i++) {
                say(client, "64\r\n" + "x".repeat(100) + "\r\n");
            }
            assertThat(client.answer(false).status()).isEqualTo(413);
            assertThat(client.ended()).isTrue();
            assertThat(asked).hasSize(1);
        }
    }

    @Test
    void chunksThatAreNoneAreRefused() {
        for (String chunk : new String[] {"zz\r\n", "ffffffff\r\n", "1;" + "e".repeat(20_000) + "\r\n"}) {
            try (RawClient client =
                    started == null ? start(server -> server.handler("/take", remember)) : test().client()) {
                say(client, "POST /take HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk);
                assertThat(client.answer(false).status()).isEqualTo(400);
                assertThat(client.ended()).isTrue();
            }
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void aBodyThatDoesNotComeIsNotWaitedFor() {
        try (RawClient client = start(server -> server.handler("/take", remember)
                .limits(ServerLimits.builder()
                        .handshakeTimeout(Duration.ofMillis(300))
                        .build()))) {
            say(client, "POST /take HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nslo");
            assertThat(client.answer(false).status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
            assertThat(asked).isEmpty();
        }
    }

    @Test
    void bodiesThatWaitForHandlersCountAsPending() {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        try (RawClient first = start(server -> server.eventLoops(1)
                        .limits(ServerLimits.builder().maxPendingBytes(20_000).build())
                        .handler("/take", request -> {
                            asked.add(request);
                            return answer;
                        }));
                RawClient second = test().client();
                RawClient third = test().client()) {
            String post = "POST /take HTTP/1.1\r\nHost: here\r\nContent-Length: 8000\r\n\r\n" + "x".repeat(8000);
            say(first, post);
            say(second, post);
            await().until(() -> asked.size() == 2);
            assertThat(test().server.stats().pendingBytes()).isBetween(16_000L, 20_000L);
            say(third, post);

            assertThat(third.answer(false).status()).isEqualTo(503);
            answer.complete(Response.text("at last"));
            assertThat(first.answer(false).body()).isEqualTo("at last");
            assertThat(second.answer(false).body()).isEqualTo("at last");
            await().untilAsserted(() ->
                    assertThat(test().server.stats().pendingBytes()).isZero());
        }
    }

    @Test
    void whatDoesNotFitIsRefusedWhenBuilt() {
        try (RawClient client = start(UnaryOperator.identity())) {
            assertThat(client.get("/health").status()).isEqualTo(200);
            ServerBuilder builder = Server.builder(test().endpoint)
                    .port(0)
                    .handler("/a/:b", remember)
                    .handler("GET", "/a/:b", remember);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.handler("/a/:b/", remember))
                    .withMessage("handler: /a/:b/ (expected: one handler for each method of a path)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.handler("GET", "/a/:b", remember))
                    .withMessage("handler: GET /a/:b (expected: one handler for each method of a path)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.handler("get", "/c", remember))
                    .withMessage("method: get (expected: a name in upper case, such as GET or POST)");
            assertThatIllegalArgumentException().isThrownBy(() -> builder.handler("c", remember));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.eventLoops(2)
                            .limits(ServerLimits.builder()
                                    .maxPendingBytes(1 << 20)
                                    .maxBodyBytes(1 << 20)
                                    .build())
                            .start())
                    .withMessage(
                            "maxBodyBytes: 1048576 (expected: at most 524288, which is maxPendingBytes / eventLoops)");
        }
    }
}
