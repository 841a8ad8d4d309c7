package dev.simurgh.server.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who answers which path: first those of exactly that path, then the first with parameters in it that matches, then the
 * files of the longest prefix. Slashes at the end and
 * doubled ones do not matter; escapes are not resolved.
 */
public final class Routes {
    private final Map<String, Route> exact = new HashMap<>();
    private final Map<PathPattern, Route> patterns = new LinkedHashMap<>();
    private final List<StaticFiles> files = new ArrayList<>();

    /**
     * Adds a route for one path.
     *
     * @throws IllegalArgumentException if the path is taken
     */
    public void add(String path, Route route) {
        if (exact.putIfAbsent(normalize(path), route) != null) {
            throw new IllegalArgumentException("path: " + path + " (expected: a path that nothing else is served at)");
        }
    }

    /**
     * Adds a route for the paths that match.
     *
     * @throws IllegalArgumentException if something else matches the same paths
     */
    public void add(PathPattern pattern, Route route) {
        if (pattern.isPlain()) {
            add(pattern.toString(), route);
        } else if (patterns.keySet().stream().anyMatch(other -> other.shape().equals(pattern.shape()))) {
            throw new IllegalArgumentException(
                    "path: " + pattern + " (expected: a path that nothing else is served at)");
        } else {
            patterns.put(pattern, route);
        }
    }

    public void add(StaticFiles more) {
        files.add(more);
        files.sort(Comparator.comparing((StaticFiles each) -> each.prefix().length())
                .reversed());
    }

    /** How long the longest body is that any of them takes. */
    int maxBodyBytes() {
        return Stream.concat(exact.values().stream(), patterns.values().stream())
                .mapToInt(Route::maxBodyBytes)
                .max()
                .orElse(0);
    }

    /** Where WebSockets can be asked for. */
    String upgrading() {
        return Stream.concat(exact.entrySet().stream(), patterns.entrySet().stream())
                .filter(each -> each.getValue().upgrades())
                .map(each -> each.getKey().toString())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    Route find(Target target) {
        return target.isServer()
                ? exchange -> exchange.respond(Responses.empty(HttpResponseStatus.NO_CONTENT))
                : find(target.path());
    }

    Route find(String path) {
        String wanted = normalize(path);
        Route route = exact.get(wanted);
        if (route != null) {
            return route;
        }
        for (Map.Entry<PathPattern, Route> each : patterns.entrySet()) {
            if (each.getKey().match(wanted).isPresent()) {
                return each.getValue();
            }
        }
        for (StaticFiles each : files) {
            if (each.covers(wanted)) {
                return each;
            }
        }
        return exchange -> exchange.respond(Responses.text(HttpResponseStatus.NOT_FOUND, "Not Found"));
    }

    /** Tells load balancers whether to send clients here. */
    public static Route health(BooleanSupplier draining) {
        return exchange -> {
            if (!exchange.isMethod(HttpMethod.GET) && !exchange.isMethod(HttpMethod.HEAD)) {
                exchange.respond(Responses.allowed(exchange, "GET, HEAD, OPTIONS"));
            } else if (draining.getAsBoolean()) {
                exchange.respond(Responses.json(HttpResponseStatus.SERVICE_UNAVAILABLE, "{\"status\":\"draining\"}"));
            } else {
                exchange.respond(Responses.json(HttpResponseStatus.OK, "{\"status\":\"ok\"}"));
            }
        };
    }

    /** The same path with single slashes, one in front and none at the end: {@code "/"} is empty. */
    public static String normalize(String path) {
        if (path.startsWith("/") && !path.endsWith("/") && !path.contains("//")) {
            return path;
        }
        StringBuilder normal = new StringBuilder(path.length() + 1);
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty()) {
                normal.append('/').append(part);
            }
        }
        return normal.toString();
    }
}
