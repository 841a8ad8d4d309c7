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
     * Sightings: {@code join ok}, {@code join error}, {@code error}, {@code closed}, {@code event NAME} for the events named, and, of presences, {@code
     * presences}: the list of who is there, and who came and who went since the last, each a key with its metas.
     */
    void join(String peer, String channel, Join join);

    /**
     * How to join.
     *
     * @param counted that the params are a function that says how often it was called, {@code {"count": 1}}
     * @param presences whether to show who is there
     * @param events to listen to
     */
    record Join(String topic, Map<String, ?> params, boolean counted, boolean presences, List<String> events) {
        /** To a topic, without params. */
        static Join to(String topic, String... events) {
            return new Join(topic, Map.of(), false, false, List.of(events));
        }
    }

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
