package dev.simurgh.presence;

import java.util.Map;

/**
 * What a presence holds now on this node, and what it has done since it began. Read one after the other, not at one moment.
 *
 * @param topics topics on which anybody is present
 * @param own what is tracked on this node
 * @param copied what is tracked on the other nodes and known here, those included that are remembered
 * @param told what clients were told on this node
 * @param replication what nodes have told each other
 */
public record PresenceStats(int topics, Own own, int copied, Told told, Replication replication) {
    /**
     * What clients were told on this node.
     *
     * @param diffs diffs that were made, each for all clients of its topic
     * @param states states that were given, those to all of an event loop counted once
     * @param missed how often an event loop had no room for a diff, so that its clients are given the state
     * @param notFetched how often something was told without what a {@link PresenceFetcher} would have added
     */
    public record Told(long diffs, long states, long missed, long notFetched) {}

    /**
     * What is tracked on this node, and what was refused.
     *
     * @param tracked metas that are listed
     * @param bytes about how much memory they take, see {@link Presence.Builder#maxBytes}
     * @param lingering those of them whose channel has ended, see {@link Presence.Builder#grace}
     * @param channels channels that have tracked something, and have not ended
     * @param refused how often something was refused, by reason; none of those that never were
     */
    public record Own(int tracked, long bytes, int lingering, int channels, Map<TrackResult.Refusal, Long> refused) {
        /** Copies the map. */
        public Own {
            refused = Map.copyOf(refused);
        }
    }

    /**
     * What this node has told others and was told by them, to have the same lists.
     *
     * @param nodes other nodes that are connected
     * @param remembered nodes that are away, and whose entries are kept for their return
     * @param copyBytes about how much memory the copies of other nodes' entries take
     * @param deltas messages with changes to all other nodes
     * @param answers messages with changes to a node that has asked for them
     * @param fullTransfers how often a node was told everything from the beginning: when it had nothing, or had missed more removals than are remembered
     * @param asked how often another node was asked for what is missing here
     * @param bytesSent bytes of all messages, those to all counted once for each node
     * @param bytesReceived bytes of all messages that came
     * @param dropped messages that came and were dropped, since too much waited; what was in them is asked for again
     * @param unknown messages that came and were passed over, since they are of a kind or format of a later version
     * @param malformed messages that came and were none
     * @param leftOut how often another node's entry was left out for want of room, see {@link Presence.Builder#maxCopyBytes}
     */
    public record Replication(
            int nodes,
            int remembered,
            long copyBytes,
            long deltas,
            long answers,
            long fullTransfers,
            long asked,
            long bytesSent,
            long bytesReceived,
            long dropped,
            long unknown,
            long malformed,
            long leftOut) {}
}
