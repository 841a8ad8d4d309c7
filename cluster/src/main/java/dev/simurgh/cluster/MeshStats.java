package dev.simurgh.cluster;

/**
 * What a node has sent to and heard from others since its start. The counters are read one after the other, not at one moment.
 *
 * @param sent broadcasts sent, counted once for each node that they went to
 * @param received broadcasts that came from other nodes
 * @param late those of the broadcasts sent that went out late, to a node whose subscription was not known yet when they were made
 * @param refused broadcasts dropped because too much was waiting for a node
 * @param unknown messages of a kind that this version does not know, from a newer node; ignored
 * @param malformed messages that could not be read; ignored with all that came in the same packet behind them
 * @param remoteTopics topics that other nodes have subscribers for, counted once however many nodes they are
 */
public record MeshStats(
        long sent, long received, long late, long refused, long unknown, long malformed, long remoteTopics) {}
