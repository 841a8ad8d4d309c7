package dev.simurgh.presence;

import java.util.List;
import java.util.Map;

/** Adds to what clients are told of presences what does not stand in their metas, such as names from a database; see {@link Presence.Builder#fetch}. */
@FunctionalInterface
public interface PresenceFetcher {
    /**
     * Fetches for all keys at once. Called on the endpoint's scheduler, where it may block; never twice at once for a topic. If it throws, or takes longer
     * than {@link Presence.Builder#fetchTimeout}, clients are told without what it would have added.
     *
     * @param presences the metas by key that clients are about to be told of: of all who are there, or of those who have come, changed or gone
     * @return by key a record, a map or another JSON object, whose fields stand beside {@code metas}; a key that is left out gets nothing
     * @throws Exception if there is nothing to add this time; it is logged
     */
    Map<String, ?> fetch(String topic, Map<String, List<Meta>> presences) throws Exception;
}
