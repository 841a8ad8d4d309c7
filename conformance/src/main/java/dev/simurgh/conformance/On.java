package dev.simurgh.conformance;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.jakarta.SimurghServlet;
import dev.simurgh.reactor.SimurghRoutes;
import dev.simurgh.server.Server;
import dev.simurgh.server.ServerBuilder;
import dev.simurgh.transport.ServerStats;
import dev.simurgh.transport.TransportBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** What can carry the conformance server: Simurgh's own server, and those on whose port an application's channels may be. */
enum On {
    SERVER {
        @Override
        Carrier start(Endpoint endpoint, ConformanceOptions options, Consumer<TransportBuilder<?>> described) {
            ServerBuilder builder =
                    Server.builder(endpoint).host(options.host()).port(options.port());
            described.accept(builder);
            return new Own(builder.start());
        }
    },
    TOMCAT {
        @Override
        Carrier start(Endpoint endpoint, ConformanceOptions options, Consumer<TransportBuilder<?>> described) {
            return new TomcatCarrier(servlet(endpoint, described), options.host(), options.port());
        }
    },
    JETTY {
        @Override
        Carrier start(Endpoint endpoint, ConformanceOptions options, Consumer<TransportBuilder<?>> described) {
            return new JettyCarrier(servlet(endpoint, described), options.host(), options.port());
        }
    },
    REACTOR_NETTY {
        @Override
        Carrier start(Endpoint endpoint, ConformanceOptions options, Consumer<TransportBuilder<?>> described) {
            var builder = SimurghRoutes.builder(endpoint);
            described.accept(builder);
            SimurghRoutes routes = builder.build();
            try {
                return new ReactorNetty(
                        routes,
                        HttpServer.create()
                                .host(options.host())
                                .port(options.port())
                                .route(routes)
                                .bindNow());
            } catch (RuntimeException e) {
                routes.close();
                throw e;
            }
        }
    };

    /**
     * Starts a server that carries an endpoint.
     *
     * @param described says how, to the server's own builder
     * @throws RuntimeException if the port cannot be had
     */
    abstract Carrier start(Endpoint endpoint, ConformanceOptions options, Consumer<TransportBuilder<?>> described);

    /**
     * Reads a name of the command line.
     *
     * @throws IllegalArgumentException if it is none
     */
    static On of(String name) {
        return Arrays.stream(values())
                .filter(each -> each.option().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--on " + name + " (expected: " + String.join(", ", names()) + ")"));
    }

    /** All, as they stand on the command line. */
    static List<String> names() {
        return Arrays.stream(values()).map(On::option).toList();
    }

    /** As it stands on the command line. */
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static SimurghServlet servlet(Endpoint endpoint, Consumer<TransportBuilder<?>> described) {
        SimurghServlet.Builder builder = SimurghServlet.builder(endpoint);
        described.accept(builder);
        return builder.build();
    }

    private record Own(Server server) implements Carrier {
        @Override
        public String uri() {
            return server.uri().toString();
        }

        @Override
        public int port() {
            return server.port();
        }

        @Override
        public ServerStats stats() {
            return server.stats();
        }

        @Override
        public CompletableFuture<?> stop() {
            return server.stop();
        }

        @Override
        public void stopOnShutdown(Runnable afterwards) {
            server.stopOnShutdown(afterwards);
        }
    }

    private record ReactorNetty(SimurghRoutes routes, DisposableServer server) implements Carrier {
        @Override
        public String uri() {
            return "http://" + server.host() + ":" + server.port();
        }

        @Override
        public int port() {
            return server.port();
        }

        @Override
        public ServerStats stats() {
            return routes.stats();
        }

        @Override
        public CompletableFuture<?> stop() {
            server.dispose(); // who is there stays
            return routes.stop().thenCompose(gone -> server.onDispose().toFuture());
        }

        @Override
        public void await() {
            server.onDispose().block(); // Reactor Netty's threads are daemons
        }
    }
}
