package dev.simurgh.spring.autoconfigure;

import dev.simurgh.channel.Endpoint;
import dev.simurgh.reactor.SimurghRoutes;
import dev.simurgh.reactor.SimurghRoutesBuilder;
import java.security.Principal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The port of an application with WebFlux on Reactor Netty. Behind all filters, so that security has decided who the client is, and before the
 * application's own handlers.
 */
final class ReactorDoor implements Door, HandlerMapping, Ordered, ApplicationContextAware {
    private static final Logger log = LoggerFactory.getLogger(ReactorDoor.class);

    /** Before functional routes, which are at -1: one of them may take all that is left. */
    private static final int BEFORE_THE_APPLICATION = -2;

    private final Endpoint endpoint;
    private final PortOptions options;
    private volatile @Nullable SimurghRoutes routes;
    private volatile @Nullable ApplicationContext context;

    ReactorDoor(Endpoint endpoint, PortOptions options) {
        this.endpoint = endpoint;
        this.options = options;
    }

    @Override
    public void setApplicationContext(ApplicationContext itsOwn) {
        context = itsOwn;
    }

    @Override
    public void open() {
        if (routes != null) {
            return;
        }
        SimurghRoutesBuilder builder = SimurghRoutes.builder(endpoint);
        options.apply(builder);
        routes = builder.build();
    }

    @Override
    public CompletableFuture<Void> close() {
        SimurghRoutes open = routes;
        if (open == null) {
            return CompletableFuture.completedFuture(null);
        }
        // who comes meanwhile is told 503 or 1012, and not that there is nothing here
        return open.stop().whenComplete((stopped, failure) -> routes = null);
    }

    @Override
    public int port() {
        return -1;
    }

    @Override
    public String place() {
        return "the port of the application";
    }

    @Override
    public int getOrder() {
        return BEFORE_THE_APPLICATION;
    }

    /** Only on the application's own port: contexts below it, such as that of a port for management, find this mapping, too. */
    @Override
    public Mono<Object> getHandler(ServerWebExchange exchange) {
        SimurghRoutes open = routes;
        if (open == null || exchange.getApplicationContext() != context) {
            return Mono.empty();
        }
        Object request = nativeOf(exchange.getRequest());
        if (!(request instanceof HttpServerRequest asked)) {
            log.error(
                    "simurgh.server.mode: application-port with a web server whose requests are {} (expected: Reactor Netty's). Use"
                            + " spring-boot-starter-reactor-netty, or own-port",
                    request.getClass().getName());
            return Mono.empty();
        }
        String contextPath = exchange.getRequest().getPath().contextPath().value();
        return open.serves(asked, contextPath) ? Mono.just(handler(open, asked, contextPath)) : Mono.empty();
    }

    private static WebHandler handler(SimurghRoutes routes, HttpServerRequest request, String contextPath) {
        return exchange -> {
            ServerHttpResponse response = exchange.getResponse();
            HttpServerResponse answer = ServerHttpResponseDecorator.getNativeResponse(response);
            return exchange.getPrincipal()
                    .map(Optional::<Principal>of)
                    .defaultIfEmpty(Optional.empty())
                    // what filters have to say to the response comes before our own, which it does not write
                    .flatMap(
                            who -> routes.handle(request, answer, contextPath, who, Mono.defer(response::setComplete)));
        };
    }

    private static Object nativeOf(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request);
    }
}
