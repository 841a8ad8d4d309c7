package dev.simurgh.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jackson.JacksonCodec;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.http.HandlerRoute;
import dev.simurgh.transport.http.PathPattern;
import dev.simurgh.transport.http.Route;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is left of requests that nobody waits for any more, while threads and stages are still to come to them. */
class HandlerCallTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);

    private static final String POST = "POST /take HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhello";

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final List<String> handled = new ArrayList<>();
    private final CompletableFuture<Response> stage = new CompletableFuture<>();
    private final HttpHandler handler = request -> {
        handled.add(request.text());
        return stage;
    };
    private final Endpoint endpoint =
            Endpoint.builder().codec(new JacksonCodec()).build();
    private final HandlerRoute route = new HandlerRoute(
            PathPattern.of("/take"),
            Map.of(HandlerRoute.ANY, handler),
            1000,
            exchange -> CLIENT,
            endpoint.backstage().clientLog(),
            waiting::add);
    private final List<WeakReference<HttpExchange>> exchanges = new ArrayList<>();
    private final List<WeakReference<byte[]>> bodies = new ArrayList<>();
    private final HttpRig rig = new HttpRig("/take", new Route<HttpExchange>() {
        @Override
        public void serve(HttpExchange exchange) {
            exchanges.add(new WeakReference<>(exchange));
            bodies.add(new WeakReference<>(exchange.body()));
            route.serve(exchange);
        }

        @Override
        public int maxBodyBytes() {
            return route.maxBodyBytes();
        }
    });

    @AfterEach
    void close() {
        rig.close();
        endpoint.close();
    }

    private void assertNothingIsKept() {
        await().untilAsserted(() -> {
            System.gc();
            assertThat(bodies).isNotEmpty().allMatch(body -> body.refersTo(null));
            assertThat(exchanges).allMatch(exchange -> exchange.refersTo(null));
        });
        assertThat(rig.terms.counters().pinnedBytes()).isZero();
    }

    @Test
    void whoHasGoneBeforeThereWasAThreadIsForgotten() {
        rig.receive(POST);
        rig.disconnect();
        assertNothingIsKept();
        waiting.remove().run();
        assertThat(handled).isEmpty();
    }

    @Test
    void whoWasToldThatItTakesTooLongIsForgotten() {
        rig.receive(POST);
        rig.pass(HttpRig.TIMEOUT.plus(Duration.ofSeconds(1)));
        assertThat(rig.answer()).startsWith("HTTP/1.1 503 ");
        assertNothingIsKept();
        waiting.remove().run();
        assertThat(handled).isEmpty();
    }

    @Test
    void whoHasGoneWhileTheAnswerIsAwaitedIsForgotten() {
        rig.receive(POST);
        waiting.remove().run();
        assertThat(handled).containsExactly("hello");
        rig.disconnect();
        assertNothingIsKept();
        stage.complete(Response.text("too late"));
        assertThat(rig.answer()).isEmpty();
    }

    @Test
    void whoWaitsGetsItsAnswerAndThenTheNext() {
        rig.receive(POST + POST);
        waiting.remove().run();
        stage.complete(Response.text("here"));
        assertThat(rig.answer()).startsWith("HTTP/1.1 200 ").endsWith("here");
        waiting.remove().run();
        assertThat(rig.answer()).endsWith("here");
        assertThat(handled).hasSize(2);
        assertNothingIsKept();
    }
}
