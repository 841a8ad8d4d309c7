package dev.simurgh.presence;

import dev.simurgh.presence.TrackResult.Refusal;
import dev.simurgh.pubsub.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What a presence tells of itself in numbers; {@link PresenceStats} says more of each. None of them waits for a lock. */
final class PresenceMetrics {
    private static final String BYTES = "bytes";

    private final String presence;
    private final List<Metric> all = new ArrayList<>();

    private PresenceMetrics(String presence) {
        this.presence = presence;
    }

    static List<Metric> of(
            PresenceOptions options, ChangeLog log, Registry registry, Owners owners, Replication replication) {
        PresenceMetrics made = new PresenceMetrics(options.name());
        made.here(options, log, registry, owners);
        made.told(replication.counts);
        made.nodes(replication);
        made.between(replication.counts);
        return made.all;
    }

    private void here(PresenceOptions options, ChangeLog log, Registry registry, Owners owners) {
        gauge("topics", "", "topics on which anybody is present, or was just now", registry::roomCount);
        gauge("tracked", "", "metas that are tracked on this node", log::size);
        gauge("lingering", "", "metas of this node whose channel has ended", owners::lingeringCount);
        gauge("channels", "", "channels that have tracked something", owners::channelCount);
        gauge("memory", BYTES, "what is tracked on this node, about", owners.quota()::bytes);
        gauge("memory.max", BYTES, "how much may be tracked on this node", options::maxBytes);
        for (Refusal why : Refusal.values()) {
            all.add(Metric.counter(
                            "simurgh.presence.refused",
                            "",
                            "how often something was refused that was to be tracked, updated or untracked",
                            () -> owners.quota().refusals(why))
                    .tagged("presence", presence)
                    .tagged("cause", why.name().toLowerCase(Locale.ROOT)));
        }
    }

    private void told(PresenceCounts counts) {
        counter("diffs", "", "diffs that were made, each for all clients of its topic", counts.diffs);
        counter("states", "", "states that were given to clients", counts.states);
        counter("missed", "", "how often an event loop had no room for a diff", counts.missed);
        counter("unfetched", "", "how often something was told without what was to be fetched", counts.notFetched);
    }

    private void nodes(Replication replication) {
        gauge("nodes", "", "other nodes that are connected", replication::connectedCount);
        gauge("nodes.remembered", "", "nodes that are away, and remembered", replication::rememberedCount);
        gauge("copied", "", "metas of other nodes that are known here", replication::copiedCount);
        gauge("copies", BYTES, "what other nodes' metas take here, about", replication.room()::used);
        gauge("copies.max", BYTES, "how much other nodes' metas may take here", replication.room()::most);
    }

    private void between(PresenceCounts counts) {
        counter("deltas", "", "messages with changes to all other nodes", counts.deltas);
        counter("answers", "", "messages with changes to a node that has asked", counts.answers);
        counter("transfers", "", "how often a node was told everything", counts.fullTransfers);
        counter("asked", "", "how often another node was asked for what is missing here", counts.asked);
        counter("sent", BYTES, "messages about presences to other nodes", counts.bytesSent);
        counter("received", BYTES, "messages about presences from other nodes", counts.bytesReceived);
        counter(
                "dropped",
                "",
                "messages of other nodes that were dropped, since too much waited; asked for again",
                counts.dropped);
        counter("unknown", "", "messages of later versions, passed over", counts.unknown);
        counter("malformed", "", "messages of other nodes that could not be read", counts.malformed);
        counter("omitted", "", "metas of other nodes that were left out for want of room", counts.leftOut);
    }

    private void gauge(String name, String unit, String description, LongSupplier reading) {
        all.add(Metric.gauge("simurgh.presence." + name, unit, description, reading::getAsLong)
                .tagged("presence", presence));
    }

    private void counter(String name, String unit, String description, LongAdder count) {
        all.add(Metric.counter("simurgh.presence." + name, unit, description, count::sum)
                .tagged("presence", presence));
    }
}
