package dev.simurgh.conformance;

import com.fasterxml.jackson.databind.JsonNode;

/** Something that a client library told: who saw it, what it was, such as {@code event shout}, and the payload. */
record Sighting(String from, String what, JsonNode payload) {
    /** How a connection or join fares. Unlike events and replies, libraries tell it more or less often. */
    boolean passing() {
        return !what.startsWith("event ") && !what.startsWith("reply ");
    }
}
