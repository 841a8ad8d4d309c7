package dev.simurgh.cluster;

/**
 * What a node has sent to and heard from others since its start. The counters are read one after the other, not at one moment.
 *
 * @param sent broadcasts sent, counted once for each node that they went to
 * @param received broadcasts that came from other nodes
 * @param late those of the broadcasts received that came late and were wanted: made where a subscription here was not known yet. What was
 *     made before the subscription is sent late, too, and dropped here without being counted
 * @param refused broadcasts and messages dropped because too much was waiting for a node, or for too long, or of a node before
 *     it was known
 * @param unknown messages of a kind that this version does not know, from a newer node; ignored
 * @param gaps how often news of another node's topics was lost on the way, so that it was asked for all of them
 * @param malformed messages that could not be read; ignored with all that came in the same packet behind them
 * @param remoteTopics topics that other nodes have subscribers for, counted once however many nodes they are
 */
public record MeshStats(
        long sent,
        long received,
        long late,
        long refused,
        long unknown,
        long gaps,
        long malformed,
        long remoteTopics) {}
