package dev.simurgh.transport.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who answers which path: first those of exactly that path, then the first with parameters in it that matches, then who has all below the longest
 * prefix. Slashes at the end and doubled ones do not matter; escapes are not resolved.
 *
 * @param <E> the requests on which they answer
 */
public final class Routes<E extends Exchange> {
    private final Map<String, Route<? super E>> exact = new HashMap<>();
    private final Map<PathPattern, Route<? super E>> patterns = new LinkedHashMap<>();
    private final List<Below<E>> prefixes = new ArrayList<>();

    /** @param prefix normalized */
    private record Below<E extends Exchange>(String prefix, Route<? super E> route) {
        boolean covers(String path) {
            return path.equals(prefix) || path.startsWith(prefix + "/");
        }
    }

    /**
     * Adds a route for one path.
     *
     * @throws IllegalArgumentException if the path is taken
     */
    public void add(String path, Route<? super E> route) {
        if (exact.putIfAbsent(normalize(path), route) != null) {
            throw new IllegalArgumentException("path: " + path + " (expected: a path that nothing else is served at)");
        }
    }

    /**
     * Adds a route for the paths that match.
     *
     * @throws IllegalArgumentException if something else matches the same paths
     */
    public void add(PathPattern pattern, Route<? super E> route) {
        if (pattern.isPlain()) {
            add(pattern.toString(), route);
        } else if (patterns.keySet().stream().anyMatch(other -> other.shape().equals(pattern.shape()))) {
            throw new IllegalArgumentException(
                    "path: " + pattern + " (expected: a path that nothing else is served at)");
        } else {
            patterns.put(pattern, route);
        }
    }

    /** Adds a route for a path and all below it that no other is for. */
    public void addBelow(String prefix, Route<? super E> route) {
        prefixes.add(new Below<>(normalize(prefix), route));
        prefixes.sort(
                Comparator.comparing((Below<E> each) -> each.prefix().length()).reversed());
    }

    /** How long the longest body is that any of them takes. */
    public int maxBodyBytes() {
        return Stream.concat(exact.values().stream(), patterns.values().stream())
                .mapToInt(Route::maxBodyBytes)
                .max()
                .orElse(0);
    }

    /** Where something is served: paths as they were added, with their parameters, but for what has all below it. */
    public List<String> places() {
        return Stream.concat(exact.keySet().stream(), patterns.keySet().stream().map(PathPattern::toString))
                .sorted()
                .toList();
    }

    /** Where WebSockets can be asked for. */
    public String upgrading() {
        return Stream.concat(exact.entrySet().stream(), patterns.entrySet().stream())
                .filter(each -> each.getValue().upgrades())
                .map(each -> each.getKey().toString())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** Finds who answers; there is always somebody. */
    public Route<? super E> find(Target target) {
        return target.isServer() ? exchange -> exchange.respond(Answer.empty(204)) : find(target.path());
    }

    private Route<? super E> find(String path) {
        return route(path).orElse(exchange -> exchange.respond(Answer.text(404, Answer.phrase(404))));
    }

    /** Finds who answers for a path, if there is anybody. */
    public Optional<Route<? super E>> route(String path) {
        String wanted = normalize(path);
        Route<? super E> route = exact.get(wanted);
        if (route != null) {
            return Optional.of(route);
        }
        for (Map.Entry<PathPattern, Route<? super E>> each : patterns.entrySet()) {
            if (each.getKey().match(wanted).isPresent()) {
                return Optional.of(each.getValue());
            }
        }
        for (Below<E> each : prefixes) {
            if (each.covers(wanted)) {
                return Optional.of(each.route());
            }
        }
        return Optional.empty();
    }

    /** Tells load balancers whether to send clients here. */
    public static Route<Exchange> health(BooleanSupplier draining) {
        return exchange -> {
            if (!exchange.isMethod("GET") && !exchange.isMethod("HEAD")) {
                exchange.respond(Answer.allowed(exchange, "GET, HEAD, OPTIONS"));
            } else if (draining.getAsBoolean()) {
                exchange.respond(Answer.json(503, "{\"status\":\"draining\"}"));
            } else {
                exchange.respond(Answer.json(200, "{\"status\":\"ok\"}"));
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
