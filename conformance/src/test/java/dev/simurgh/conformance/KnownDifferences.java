package dev.simurgh.conformance;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a container does before, or instead of, Simurgh, so that a scenario cannot be green there; docs/guides/application-port.md tells of each. Whatever is not here has
 * to be as recorded, and what is here has to differ.
 */
final class KnownDifferences {
    private static final String CLOSE = "the container answers a close frame by itself, with the client's code";
    private static final String ELSEWHERE = "where nothing is served, the application's own page answers";
    private static final String PINGS = "the container answers pings by itself, so that they are no sign of life";
    private static final String HEADER = "the container judges a message when so much of it has come";
    private static final String OFFERS = "the container negotiates compression";
    private static final String QUERY = "the container takes a query for its WebSocket only if it is one of a URI";

    private static final Map<String, String> CONTAINER = Map.ofEntries(
            Map.entry("http-vsn", QUERY),
            Map.entry("lp-paths", ELSEWHERE),
            Map.entry("lp-refused", ELSEWHERE),
            Map.entry("ws-client-close-1001", CLOSE),
            Map.entry("ws-client-close-3000-reason", CLOSE),
            Map.entry("ws-client-close-4999", CLOSE),
            Map.entry("ws-big-message-header-only", HEADER),
            Map.entry("ws-deflate-offers", OFFERS),
            Map.entry("ws-idle-ping", PINGS));

    private static final Map<On, Map<String, String>> ALL = Map.of(
            On.SERVER, Map.of(),
            On.TOMCAT, with(Map.of("ws-big-message-ok", "Tomcat writes a message over 8 KiB in several frames")),
            On.JETTY,
                    with(Map.of(
                            "ws-big-message-ok",
                            "Jetty writes a message over 64 KiB in several frames",
                            "ws-client-close-bad-utf8",
                            "Jetty closes with 1007 where a close reason is not UTF-8",
                            "ws-client-close-empty",
                            CLOSE,
                            "ws-deflate",
                            OFFERS)),
            On.REACTOR_NETTY, Map.of("lp-paths", ELSEWHERE, "lp-refused", ELSEWHERE));

    private KnownDifferences() {}

    private static Map<String, String> with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(CONTAINER);
        all.putAll(more);
        return Map.copyOf(all);
    }

    /** Why a scenario, over a WebSocket or by requests of its own, is not as recorded. */
    static Optional<String> of(On on, String scenario) {
        return Optional.ofNullable(ALL.getOrDefault(on, Map.of()).get(scenario));
    }
}
