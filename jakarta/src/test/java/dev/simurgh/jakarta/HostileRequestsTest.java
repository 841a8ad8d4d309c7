package dev.simurgh.jakarta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.simurgh.channel.Limits;
import dev.simurgh.server.RawClient;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.HttpHandler.Response;
import dev.simurgh.transport.WebSocketOptions;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Requests of clients that mean no good, and what is left of them. */
class HostileRequestsTest {
    private static final List<String> MALFORMED = List.of(
            ";;;",
            "\"",
            "",
            "a b",
            "permessage-deflate; foo=bar",
            "permessage-deflate; server_max_window_bits=99",
            "permessage-deflate; server_max_window_bits",
            "permessage-deflate; client_max_window_bits=\"8",
            "permessage-deflate; server_no_context_takeover; server_no_context_takeover");
    private static final List<String> WELL_FORMED = List.of(
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_max_window_bits=\"10\", permessage-deflate",
            "x-unknown; a=b;c");

    @ParameterizedTest
    @EnumSource
    void offersOfExtensionsThatAreNotWellFormedAreTheClientsMistake(WebContainer.Kind kind) {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Upgrade.class);
        logged.start();
        logger.addAppender(logged);
        WebSocketOptions options = WebSocketOptions.builder().compress().build();
        try (Rig rig = new Rig(kind, Limits.defaults(), builder -> builder.webSocket(options))) {
            for (String offer : MALFORMED) {
                assertThat(status(rig, offer)).as(offer).isEqualTo(400);
            }
            for (String offer : WELL_FORMED) {
                assertThat(status(rig, offer)).as(offer).isEqualTo(101);
            }
            await().untilAsserted(
                            () -> assertThat(rig.endpoint.connectionCount()).isZero());
        } finally {
            logger.detachAppender(logged);
        }
        assertThat(logged.list).isNotEmpty().allSatisfy(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getThrowableProxy()).isNull();
        });
        assertThat(logged.list.get(0).getFormattedMessage())
                .endsWith("is answered with 400: Sec-WebSocket-Extensions ;;; (expected: such as permessage-deflate)");
    }

    private static int status(Rig rig, String offer) {
        try (RawClient client = rig.client()) {
            return client.upgrade(Rig.TARGET, "Sec-WebSocket-Extensions: " + offer)
                    .status();
        }
    }

    /** Counts the requests that are being answered, as the container has it. */
    private static final class Counting extends HttpFilter implements AsyncListener {
        private static final long serialVersionUID = 1;
        private final transient AtomicInteger begun = new AtomicInteger();
        private final transient AtomicInteger open = new AtomicInteger();

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, response);
            open.incrementAndGet();
            begun.incrementAndGet();
            request.getAsyncContext().addListener(this);
        }

        @Override
        public void onComplete(AsyncEvent event) {
            open.decrementAndGet();
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatStopsInTheMiddleOfItsBodyLeavesNothing(WebContainer.Kind kind) throws IOException {
        Counting counting = new Counting();
        HttpHandler hello = request -> CompletableFuture.completedFuture(Response.of(200));
        try (Rig rig = new Rig(
                kind,
                Limits.defaults(),
                options -> options,
                (container, endpoint) -> container.add("/app", (classes, context) -> {
                    FilterRegistration.Dynamic filter = context.addFilter("counting", counting);
                    filter.setAsyncSupported(true);
                    filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
                    SimurghServlet.builder(endpoint)
                            .handler("/hello", hello)
                            .build()
                            .register(context);
                }))) {
            byte[] half = "POST /app/hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc"
                    .getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 1; i <= 20; i++) {
                int number = i;
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.container.port())) {
                    socket.getOutputStream().write(half);
                    await().until(() -> counting.begun.get() == number);
                    socket.setSoLinger(true, 0); // ends with a reset
                }
            }
            await().untilAsserted(() -> assertThat(counting.open).hasValue(0));
        }
    }

    /** Stops the servlet between a client's admission and its WebSocket. */
    private static final class Stopping extends HttpFilter {
        private static final long serialVersionUID = 1;
        private final transient SimurghServlet servlet;

        Stopping(SimurghServlet servlet) {
            this.servlet = servlet;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // the test asks for it again
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                servlet.stop();
            }
            chain.doFilter(request, response);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoComesInAsTheServletStopsIsSentAway(WebContainer.Kind kind) {
        AtomicReference<SimurghServlet> stopping = new AtomicReference<>();
        try (Rig rig = new Rig(kind, Limits.defaults(), options -> options, (container, endpoint) -> {
                    SimurghServlet servlet = SimurghServlet.builder(endpoint).build();
                    stopping.set(servlet);
                    container.add("/app", (classes, context) -> {
                        FilterRegistration.Dynamic filter = context.addFilter("stopping", new Stopping(servlet));
                        filter.setAsyncSupported(true);
                        filter.addMappingForUrlPatterns(
                                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
                        servlet.register(context);
                    });
                });
                RawClient client = RawClient.webSocket(rig.container.port(), "/app" + Rig.TARGET)) {
            assertThat(client.readToClose()).isEqualTo(1012);
            client.close(1012);
            SimurghServlet servlet = Objects.requireNonNull(stopping.get());
            assertThat(servlet.stop()).succeedsWithin(Duration.ofSeconds(4));
            assertThat(servlet.stats().connections()).isZero();
        }
    }

    /** A response whose body cannot be written asynchronously. */
    private static final class Blocking extends HttpFilter {
        private static final long serialVersionUID = 1;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, new HttpServletResponseWrapper(response) {
                @Override
                public ServletOutputStream getOutputStream() {
                    throw new UnsupportedOperationException("blocking only");
                }
            });
        }
    }

    /** Takes the writer of the response, so that nobody can have its stream. */
    private static final class Writing extends HttpFilter {
        private static final long serialVersionUID = 1;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            response.getWriter();
            chain.doFilter(request, response);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFiltersResponseThatCannotBeWrittenIsAnsweredWith500(WebContainer.Kind kind) {
        isAnsweredWith500(kind, new Blocking());
    }

    @ParameterizedTest
    @EnumSource
    void aResponseWhoseWriterAFilterHasTakenIsAnsweredWith500(WebContainer.Kind kind) {
        isAnsweredWith500(kind, new Writing());
    }

    private static void isAnsweredWith500(WebContainer.Kind kind, HttpFilter first) {
        try (Rig rig = new Rig(
                kind,
                Limits.defaults(),
                options -> options,
                (container, endpoint) -> container.add("/app", (classes, context) -> {
                    FilterRegistration.Dynamic filter = context.addFilter("first", first);
                    filter.setAsyncSupported(true);
                    filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
                    SimurghServlet.builder(endpoint)
                            .handler("/hello", HttpHandler.of(request -> Response.text("hello")))
                            .build()
                            .register(context);
                }))) {
            try (RawClient client = rig.client()) {
                assertThat(client.get("/app/hello").status()).isEqualTo(500);
            }
            RawClient.webSocket(rig.container.port(), "/app" + Rig.TARGET).close(); // which writes nothing
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServletServesOneApplicationOnce(WebContainer.Kind kind) {
        try (Rig rig = new Rig(kind)) {
            ServletConfig config = Objects.requireNonNull(rig.servlet.getServletConfig());
            assertThatThrownBy(() -> rig.servlet.init(config))
                    .hasMessage(
                            "servlet: simurgh has an application (expected: a new SimurghServlet for each application, and each"
                                    + " time that it starts)");
            rig.servlet.close();
            assertThatThrownBy(() -> rig.servlet.init(config))
                    .hasMessageStartingWith("servlet: simurgh has ended (expected:");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServletThatNobodyEverAskedEndsWithItsContainer(WebContainer.Kind kind) {
        Set<String> before = threads();
        Rig rig = new Rig(kind);
        try {
            assertThat(threads()).hasSizeGreaterThan(before.size());
        } finally {
            rig.container.close();
        }
        await().untilAsserted(() -> assertThat(before).containsAll(threads()));
        rig.endpoint.close();
    }

    /** The container does not end it by itself, and may live on, such as when one application of several is reloaded. */
    @ParameterizedTest
    @EnumSource
    void whoIsNotAnsweredWhenTheServletHasEndedIsThen(WebContainer.Kind kind) {
        try (Rig rig = new Rig(
                        kind,
                        Limits.defaults(),
                        options -> options.handler("/hello", HttpHandler.of(request -> Response.text("hello"))));
                RawClient half = rig.client()) {
            half.send("POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc"
                    .getBytes(StandardCharsets.ISO_8859_1));
            await().until(() -> rig.servlet.openRequests() == 1);
            assertThat(rig.servlet.stop()).succeedsWithin(Duration.ofSeconds(4));
            assertThat(half.answer(true).status()).isEqualTo(503);
            await().until(() -> rig.servlet.openRequests() == 0);
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("simurgh-servlet-"))
                .collect(Collectors.toSet());
    }
}
