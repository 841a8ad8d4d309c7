package dev.simurgh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.pem.PemFiles;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.OriginPolicy;
import dev.simurgh.transport.SocketOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowHandlersTest {

    private static RawClient overTls(TestServer test) throws IOException {
        return new RawClient(TlsTest.sockets().createSocket(), test.server.port(), 0);
    }

    @Test
    void handlersThatHangKeepNobodyFromConnecting(@TempDir Path directory) throws IOException {
        PemFiles pair = PemFiles.make(directory, "pair", "EC");
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger hanging = new AtomicInteger();
        List<RawClient> waiting = new ArrayList<>();
        try (TestServer test = TestServer.start(server -> server.tls(TlsOptions.of(pair.chain(), pair.key()))
                .files("/", "classpath:site")
                .handler("/slow", HttpHandler.of(request -> {
                    hanging.incrementAndGet();
                    release.await();
                    return Response.text("at last");
                })))) {
            for (int i = 0; i < 40; i++) {
                RawClient client = overTls(test);
                client.send("GET /slow HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                waiting.add(client);
            }
            await().until(() -> hanging.get() == 16);

            try (RawClient webSocket = overTls(test);
                    RawClient page = overTls(test)) {
                assertThat(webSocket.upgrade(TestServer.TARGET).status()).isEqualTo(101);
                assertThat(page.get("/").status()).isEqualTo(200);
            }
            release.countDown();
            for (RawClient client : waiting) {
                assertThat(client.answer(false).body()).isEqualTo("at last");
                client.close();
            }
        }
    }

    @Test
    void aRequestThatIsBeingAnsweredIsAnsweredBeforeTheServerEnds() {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        try (TestServer test = TestServer.start(server -> server.handler("/slow", request -> {
                    asked.countDown();
                    return answer;
                }));
                RawClient client = test.client()) {
            client.send("GET /slow HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().until(() -> asked.getCount() == 0);
            CompletableFuture<Void> stopped = test.server.stop();
            await().during(Duration.ofMillis(200)).until(() -> !stopped.isDone());
            answer.complete(Response.text("at last"));
            RawClient.Answer last = client.answer(false);
            assertThat(last.body()).isEqualTo("at last");
            assertThat(last.headers()).containsEntry("connection", "close");
            assertThat(stopped).succeedsWithin(Duration.ofSeconds(30));
        }
    }

    @Test
    void everyRequestIsAnsweredWhateverItsHandlerDoes() {
        try (TestServer test = TestServer.start(server -> server.answerTimeout(Duration.ofMillis(300))
                .handler("/error", request -> {
                    throw new NoClassDefFoundError("as it was told to");
                })
                .handler("/nothing", request -> CompletableFuture.completedFuture(null))
                .handler("/failed", request -> CompletableFuture.failedFuture(new StackOverflowError()))
                .handler("/never", request -> new CompletableFuture<>())
                .socket(SocketOptions.builder()
                        .checkOrigin(OriginPolicy.custom((origin, host) -> {
                            throw new NoSuchMethodError("as it was told to");
                        }))
                        .build()))) {
            try (RawClient client = test.client()) {
                assertThat(client.get("/error").status()).isEqualTo(500);
                assertThat(client.get("/nothing").status()).isEqualTo(500);
                assertThat(client.get("/failed").status()).isEqualTo(500);
                assertThat(client.get("/never").status()).isEqualTo(503);
                assertThat(client.upgrade(TestServer.TARGET, "Origin: http://here")
                                .status())
                        .isEqualTo(500);
                assertThat(client.get("/health").status()).isEqualTo(200);
            }
        }
    }
}
