package dev.simurgh.transport.http;

import dev.simurgh.channel.spi.ClientLog;
import dev.simurgh.channel.spi.Query;
import dev.simurgh.transport.HttpHandler;
import dev.simurgh.transport.HttpHandler.Request;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An application's own answers for one path: a handler for each method, or for all that have none of their own. */
public final class HandlerRoute implements Route<Exchange> {
    /** Stands for every method. */
    public static final String ANY = "*";

    private static final Logger log = LoggerFactory.getLogger(HandlerRoute.class);

    private final PathPattern path;
    private final Map<String, HttpHandler> byMethod;
    private final String allowed;
    private final int maxBodyBytes;
    private final Function<Exchange, InetSocketAddress> clientOf;
    private final ClientLog clientLog;
    private final Executor executor;

    /** @param clientOf whose request it is, if it has come by a proxy */
    public HandlerRoute(
            PathPattern path,
            Map<String, HttpHandler> byMethod,
            int maxBodyBytes,
            Function<Exchange, InetSocketAddress> clientOf,
            ClientLog clientLog,
            Executor executor) {
        this.path = path;
        this.clientOf = clientOf;
        this.byMethod = Map.copyOf(byMethod);
        this.allowed = allowed(byMethod.keySet());
        this.maxBodyBytes = maxBodyBytes;
        this.clientLog = clientLog;
        this.executor = executor;
    }

    private static String allowed(Set<String> methods) {
        Set<String> all = new TreeSet<>(methods);
        if (all.contains("GET")) {
            all.add("HEAD");
        }
        all.add("OPTIONS");
        return String.join(", ", all);
    }

    @Override
    public int maxBodyBytes() {
        return maxBodyBytes;
    }

    @Override
    public void serve(Exchange exchange) {
        Optional<HttpHandler> handler = handlerOf(exchange.method());
        if (handler.isEmpty()) {
            exchange.respond(Answer.allowed(exchange, allowed));
            return;
        }
        Optional<Request> request = request(exchange);
        if (request.isEmpty()) {
            exchange.respond(Answer.error(400));
            return;
        }
        HandlerCall call = new HandlerCall(log, clientLog, handler.get(), request.get(), exchange);
        exchange.waitForAnswer(call::over);
        try {
            executor.execute(call);
        } catch (RejectedExecutionException e) {
            exchange.respond(Answer.later(503, "too many requests", 1));
        }
    }

    /** Whoever answers GET answers HEAD, too: its body is not sent then. */
    private Optional<HttpHandler> handlerOf(String method) {
        HttpHandler own = byMethod.get(method);
        HttpHandler found = own == null && method.equals("HEAD") ? byMethod.get("GET") : own;
        return Optional.ofNullable(found == null ? byMethod.get(ANY) : found);
    }

    /** The request as handlers see it; empty if it is not well-formed. */
    private Optional<Request> request(Exchange exchange) {
        try {
            Request.Builder request = Request.builder(
                            exchange.method(), exchange.target().toString())
                    .peer(clientOf.apply(exchange))
                    .body(exchange.body());
            exchange.eachHeader(request::header);
            Map<String, String> inPath =
                    path.match(Routes.normalize(exchange.path())).orElse(Map.of());
            for (Map.Entry<String, String> param : inPath.entrySet()) {
                request.param(param.getKey(), Query.decode(param.getValue(), false));
            }
            return Optional.of(request.build());
        } catch (IllegalArgumentException | CharacterCodingException e) {
            log.debug("{} is answered with 400", exchange.path(), e);
            return Optional.empty();
        }
    }
}
