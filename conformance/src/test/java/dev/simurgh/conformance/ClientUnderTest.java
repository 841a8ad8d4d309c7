package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A client library that somebody else wrote, behind the same verbs as all others. No verb waits: what comes of it is a
 * {@link Sighting}. A peer is a connection; peers and channels are named by the test.
 */
interface ClientUnderTest extends AutoCloseable {
    /** Sightings: {@code open}, {@code closed}, {@code error}. */
    void connect(String peer, String url, Map<String, String> params);

    /**
     * Sightings: {@code join ok}, {@code join error}, {@code error}, {@code closed}, and {@code event NAME} for the events named.
     * Counted params are a function that says how often it was called, {@code {"count": 1}}.
     */
    void join(String peer, String channel, String topic, boolean counted, List<String> events);

    /** Sightings: {@code reply ok}, {@code reply error}, {@code reply timeout}. */
    void push(String channel, String event, JsonNode payload, Duration timeout);

    /** Sightings: {@code left}. */
    void leave(String channel);

    void disconnect(String peer);

    Sightings sightings();

    /** Whatever else may explain a failure. */
    String diagnosis();

    @Override
    void close();
}
