package dev.simurgh.presence;

import java.util.List;
import java.util.Map;

/** Hears on each node who has come to a topic and who has gone, whether clients are there or not; see {@link Presence.Builder#listener}. */
@FunctionalInterface
public interface PresenceListener {
    /**
     * Hears of a topic. Called on the endpoint's scheduler, where it may block; for each topic one call at a time, in order. Whatever happens meanwhile comes
     * with the next call, in which who came and went again is left out, and of several updates of a meta there is one. What it throws is logged.
     *
     * @param joins the metas that are there now, by key; of an update the new one
     * @param leaves the metas that are there no longer, by key; of an update the old one
     */
    void changed(String topic, Map<String, List<Meta>> joins, Map<String, List<Meta>> leaves);
}
