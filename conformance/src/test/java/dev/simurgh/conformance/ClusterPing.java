package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A broadcast as a client got it.
 *
 * @param by the node that sent it, if it says so
 * @param n its number among those of that node
 * @param fromNode the node that the client got it from
 * @param atNanos when it was seen
 */
record ClusterPing(String by, int n, String fromNode, long atNanos) {
    static ClusterPing of(JsonNode payload) {
        return new ClusterPing(
                payload.path("by").asText(),
                payload.path("n").asInt(),
                payload.path("from_node").asText(),
                System.nanoTime());
    }
}
